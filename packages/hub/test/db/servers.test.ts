import { expect, it } from 'vitest';
import { NameTaken } from '../../src/db/errors.js';
import type { ServerQuery, ServerSlice } from '../../src/db/servers.js';
import { describeOnBothEngines } from '../on-both-engines.js';
import { bundleScript, runScript } from '../run-script.js';
import { newServer } from './new-server.js';

describeOnBothEngines('the servers', (room) => {
  const end = (id: string, at = new Date()) =>
    room.database.servers.move(id, {
      from: ['requested'],
      to: 'ended',
      cause: 'job-over',
      patch: { endedAt: at },
      message: 'Ended',
      at,
    });

  it('come back as they were saved, with dates, JSON and nulls', async () => {
    const server = newServer({ createdAt: new Date('2026-01-02T03:04:05.678Z') });
    const inserted = await room.database.servers.insert(server);
    expect(inserted).toEqual(await room.database.servers.get(server.id));
    expect(inserted).toMatchObject({ ...server, state: 'requested', endpointPort: null, readyAt: null });
    expect(inserted.createdAt).toBeInstanceOf(Date);
  });

  it('have their scripts by themselves: whoever asks for a server, or for many, is not given what is long', async () => {
    const { servers } = room.database;
    const { id, userName, name } = await servers.insert(newServer({ script: '#!/bin/sh\necho ä\n' }));
    const moved = await servers.move(id, { from: ['requested'], to: 'submitted', cause: 'accepted', message: 'x' });
    const updated = await servers.update(id, { jobId: '1' });
    const found = [
      await servers.get(id),
      await servers.findCurrent(userName, name),
      ...(await servers.listByUser(userName)),
    ];
    for (const row of [moved, updated, ...found, ...(await servers.listActive())]) {
      expect(row).toMatchObject({ id });
      expect(row).not.toHaveProperty('script');
    }
    expect(await servers.readScript(id)).toBe('#!/bin/sh\necho ä\n');
    expect(await servers.readScript((await servers.insert(newServer({ name: 'none' }))).id)).toBeNull();
  });

  it('keep every kind of value that is changed later, even characters that one engine has no room for', async () => {
    const { id } = await room.database.servers.insert(newServer());
    const patch = {
      endpointHost: 'gpu1',
      endpointPort: 41_234,
      endsAt: new Date('2026-01-02T03:04:05.678Z'),
      choices: { nested: { list: [1, 'ü\u0000', null, true] } },
      logTail: 'a\u0000b\uD800c 🧪',
    };
    const updated = await room.database.servers.update(id, patch);
    expect(updated).toMatchObject({ ...patch, logTail: 'a\uFFFDb\uFFFDc 🧪' });
    expect(await room.database.servers.get(id)).toEqual(updated);
    expect((await room.database.servers.update(id, { endpointHost: null }))?.endpointHost).toBeNull();
  });

  it('are not changed by an empty patch, and one that is not there stays undefined', async () => {
    const inserted = await room.database.servers.insert(newServer());
    expect(await room.database.servers.update(inserted.id, {})).toEqual(inserted);
    expect(await room.database.servers.update('none', { node: 'x' })).toBeUndefined();
    expect(await room.database.servers.get('none')).toBeUndefined();
  });

  it('refuse a second one of the same user and name until the first has ended', async () => {
    const first = await room.database.servers.insert(newServer());
    await expect(room.database.servers.insert(newServer())).rejects.toThrow(NameTaken);
    await room.database.servers.insert(newServer({ name: 'other' }));
    await room.database.servers.insert(newServer({ userName: 'bob' }));
    await end(first.id);
    await expect(room.database.servers.insert(newServer())).resolves.toMatchObject({ state: 'requested' });
  });

  it('let one of two requests for the same name through when both come at once', async () => {
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => room.database.servers.insert(newServer())));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons.every((reason) => reason instanceof NameTaken)).toBe(true);
  });

  it('do not mistake a number that is used twice for a name that is taken', async () => {
    const server = newServer();
    await room.database.servers.insert(server);
    await expect(room.database.servers.insert({ ...server, name: 'other' })).rejects.not.toThrow(NameTaken);
  });

  it('move only from the states that the move allows, and write the history with it', async () => {
    const { id, createdAt } = await room.database.servers.insert(newServer(), 'Asked for');
    const at = new Date('2026-01-02T03:04:05.678Z');
    const refused = await room.database.servers.move(id, {
      from: ['queued', 'starting'],
      to: 'ready',
      cause: 'answered',
      message: 'Ready',
    });
    expect(refused).toBeUndefined();
    const moved = await room.database.servers.move(id, {
      from: ['requested'],
      to: 'submitted',
      cause: 'accepted',
      patch: { jobId: '12', submittedAt: at },
      details: { job: '12' },
      message: 'Job 12',
      at,
    });
    expect(moved).toMatchObject({ state: 'submitted', jobId: '12', submittedAt: at });
    expect(await room.database.servers.get(id)).toEqual(moved);
    expect(await room.database.servers.events(id)).toEqual([
      {
        id: expect.any(Number),
        serverId: id,
        at: createdAt,
        state: 'requested',
        cause: 'asked',
        details: {},
        message: 'Asked for',
      },
      {
        id: expect.any(Number),
        serverId: id,
        at,
        state: 'submitted',
        cause: 'accepted',
        details: { job: '12' },
        message: 'Job 12',
      },
    ]);
  });

  it('move once when many try at the same time', async () => {
    const { id } = await room.database.servers.insert(newServer());
    const tries = Array.from({ length: 20 }, (_, index) =>
      room.database.servers.move(id, {
        from: ['requested'],
        to: 'submitted',
        cause: 'accepted',
        message: `try ${index}`,
      }),
    );
    const moved = (await Promise.all(tries)).filter((row) => row !== undefined);
    expect(moved).toHaveLength(1);
    expect(await room.database.servers.events(id)).toHaveLength(2);
  });

  it('move once when many processes try at the same time', async () => {
    const { id } = await room.database.servers.insert(newServer());
    const script = await bundleScript(new URL('move-server.script.ts', import.meta.url));
    const tries = [1, 2, 3].map(() => runScript(script, [JSON.stringify(room.config), id]));
    const moved = (await Promise.all(tries)).map(Number);
    expect(moved.toSorted()).toEqual([0, 0, 1]);
    expect(await room.database.servers.events(id)).toHaveLength(2);
  });

  it('change neither state nor history when the move fails half-way', async () => {
    const { id } = await room.database.servers.insert(newServer());
    const message = null as unknown as string;
    await expect(
      room.database.servers.move(id, { from: ['requested'], to: 'submitted', cause: 'accepted', message }),
    ).rejects.toThrow();
    expect(await room.database.servers.get(id)).toMatchObject({ state: 'requested' });
    expect(await room.database.servers.events(id)).toHaveLength(1);
  });

  it('are found by name: the one that has not ended, else the last one', async () => {
    expect(await room.database.servers.findCurrent('alice', 'default')).toBeUndefined();
    const first = await room.database.servers.insert(newServer({ createdAt: new Date(3000) }));
    await end(first.id);
    const second = await room.database.servers.insert(newServer({ createdAt: new Date(2000) }));
    expect(await room.database.servers.findCurrent('alice', 'default')).toMatchObject({ id: second.id });
    await end(second.id);
    expect(await room.database.servers.findCurrent('alice', 'default')).toMatchObject({ id: first.id });
    expect(await room.database.servers.findCurrent('bob', 'default')).toBeUndefined();
  });

  it('are listed once for each name of a user, and active ones for everybody', async () => {
    const gone = await room.database.servers.insert(newServer());
    await end(gone.id);
    const old = await room.database.servers.insert(newServer({ name: 'old' }));
    await end(old.id);
    const active = await room.database.servers.insert(newServer());
    const bobs = await room.database.servers.insert(newServer({ userName: 'bob' }));
    const ids = (await room.database.servers.listByUser('alice')).map(({ id }) => id);
    expect(ids).toEqual([active.id, old.id]);
    expect((await room.database.servers.listActive()).map(({ id }) => id)).toEqual([active.id, bobs.id]);
  });

  it('are forgotten with their history when they ended long ago, and never before they ended', async () => {
    const gone = await room.database.servers.insert(newServer());
    await end(gone.id, new Date(1000));
    const recent = await room.database.servers.insert(newServer());
    await end(recent.id, new Date(3000));
    const active = await room.database.servers.insert(newServer());
    expect(await room.database.servers.purgeEnded(new Date(2000))).toBe(1);
    expect(await room.database.servers.get(gone.id)).toBeUndefined();
    expect(await room.database.servers.events(gone.id)).toEqual([]);
    expect(await room.database.servers.purgeUser('alice')).toBe(1);
    expect((await room.database.servers.listByUser('alice')).map(({ id }) => id)).toEqual([active.id]);
  });

  it('never show the values of a failed statement in its error', async () => {
    const server = newServer();
    await room.database.servers.insert({ ...server, secret: 'top-secret' });
    const again = room.database.servers.insert({ ...server, name: 'other', secret: 'top-secret' });
    await expect(again).rejects.toSatisfy((error: Error) => !error.message.includes('top-secret'));
  });

  it('of all users are listed in slices, filtered, newest first, with how many there are in all', async () => {
    const names = ['alice', 'Bob_1', 'bobx1', 'carol'];
    for (const userName of names) {
      await room.database.servers.insert(newServer({ userName, script: 'long', secret: 'secret' }));
    }
    const list = (query: Partial<ServerQuery> = {}) =>
      room.database.servers.list({ state: 'living', limit: 10, offset: 0, ...query });
    const namesOf = ({ rows }: ServerSlice) => rows.map(({ userName }) => userName);
    const all = await list({ limit: 3, offset: 1 });
    expect([namesOf(all), all.total]).toEqual([['bobx1', 'Bob_1', 'alice'], 4]);
    expect(all.rows[0]).toMatchObject({ secret: null, logTail: null, choices: { partition: 'gpus', nodes: 1 } });
    expect(namesOf(await list({ user: 'BOB' }))).toEqual(['bobx1', 'Bob_1']);
    expect(namesOf(await list({ user: 'b_1' }))).toEqual(['Bob_1']);
    expect(namesOf(await list({ user: "%' or 1=1 --" }))).toEqual([]);
    expect(namesOf(await list({ site: 'other' }))).toEqual([]);
    expect(namesOf(await list({ state: 'queued' }))).toEqual([]);
  });

  it('that ended lately are listed by themselves, the last first, and count no more as active', async () => {
    const at = (hours: number) => new Date(1_700_000_000_000 + hours * 3_600_000);
    for (const hours of [1, 3, 2]) {
      const { id } = await room.database.servers.insert(newServer({ name: `h${hours}` }));
      await end(id, at(hours));
    }
    await room.database.servers.insert(newServer({ name: 'alive' }));
    await room.database.servers.insert(newServer({ name: 'there', site: 'jusuf' }));
    const { rows } = await room.database.servers.list({ state: { endedSince: at(2) }, limit: 10, offset: 0 });
    expect(rows.map(({ name }) => name)).toEqual(['h3', 'h2']);
    const counts = await room.database.servers.countActive();
    expect(counts.toSorted((a, b) => a.site.localeCompare(b.site))).toEqual([
      { site: 'jureca', state: 'requested', count: 1 },
      { site: 'jusuf', state: 'requested', count: 1 },
    ]);
  });
});
