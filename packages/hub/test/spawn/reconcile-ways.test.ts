import { expect, test } from 'vitest';
import type { ServerRow } from '../../src/db/server-row.js';
import { reconcileWays } from '../../src/spawn/reconcile-ways.js';
import { FakeEnds, newServer, silentLog } from './fake-rooms.js';

const server = (id: string, name: string, state: ServerRow['state']) =>
  ({ ...newServer, id, name, state }) as ServerRow;

test('Ready servers without tunnel or route are named, and ways that belong to nobody are closed', async () => {
  const ends = new FakeEnds('/nowhere');
  ends.tunnels.add('a').add('b').add('stray');
  ends.routes.set('/', {}).set('/hub', {}).set('/user/alice/one/', {}).set('/user/alice/gone/', {});
  const servers = [server('a', 'one', 'ready'), server('b', 'two', 'ready'), server('c', 'three', 'starting')];

  const found = await reconcileWays(ends, async () => servers, silentLog);

  expect(found.missing).toEqual(['b']);
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
  await reconcileWays(ends, listServers, silentLog);
  expect([...ends.tunnels]).toEqual(['a']);
});
