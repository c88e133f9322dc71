import { expect, test } from 'vitest';
import type { ServerRow } from '../../src/db/server-row.js';
import { reconcileWays } from '../../src/spawn/reconcile-ways.js';
import { FakeEnds, newServer, silentLog } from './fake-rooms.js';

const server = (id: string, name: string, state: ServerRow['state']) =>
  ({ ...newServer, id, name, state }) as ServerRow;

const nobody = { of: () => [] };
const gated = (id: string, revokedSessions: string[] = []) => ({ juhub: { gate: { server: id, revokedSessions } } });

test('Ready servers without tunnel or route are named, and ways that belong to nobody are closed', async () => {
  const ends = new FakeEnds('/nowhere');
  ends.tunnels.add('a').add('b').add('stray');
  ends.routes.set('/', {}).set('/hub', {}).set('/user/alice/one/', gated('a')).set('/user/alice/gone/', {});
  const servers = [server('a', 'one', 'ready'), server('b', 'two', 'ready'), server('c', 'three', 'starting')];

  const found = await reconcileWays({ ends, revoked: nobody }, async () => servers, silentLog);

  expect(found.missing).toEqual(['b']);
  expect(found.outdated).toEqual([]);
  expect(found.strays).toEqual(['/user/alice/gone/', 'stray']);
  expect([...ends.tunnels]).toEqual(['a', 'b']);
  expect([...ends.routes.keys()]).toEqual(['/', '/hub', '/user/alice/one/']);
});

test('A way that is opened while the lists are fetched is not taken for a stray', async () => {
  const ends = new FakeEnds('/nowhere');
  const listServers = async () => {
    ends.tunnels.add('a');
    return [server('a', 'one', 'starting')];
  };
  await reconcileWays({ ends, revoked: nobody }, listServers, silentLog);
  expect([...ends.tunnels]).toEqual(['a']);
});

test('A route that was kept from before is missing when it is of another server, and outdated when its gate lacks an ended session', async () => {
  const ends = new FakeEnds('/nowhere');
  for (const id of ['a', 'b', 'c', 'd']) ends.tunnels.add(id);
  ends.routes
    .set('/user/alice/one/', gated('a', ['ended', 'older']))
    .set('/user/alice/two/', gated('b', ['older']))
    .set('/user/alice/three/', gated('before'))
    .set('/user/alice/four/', {});
  const servers = ['one', 'two', 'three', 'four'].map((name, index) => server('abcd'[index] ?? '', name, 'ready'));

  const found = await reconcileWays({ ends, revoked: { of: () => ['ended'] } }, async () => servers, silentLog);

  expect(found).toEqual({ missing: ['c', 'd'], outdated: ['b'], strays: [] });
});
