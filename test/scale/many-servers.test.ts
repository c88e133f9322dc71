import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManyServers } from '../bench/scale/many-servers.js';

const USERS = 20;
const SERVERS = 50;
const POLL_SECONDS = 2;
/** For a minute after a start the queue is asked every second. */
const URGENT_SECONDS = 1;
const WINDOW_SECONDS = 10;

/** A fake login node, for a real one would have to run them all; what is counted is what the hub asks of it. */
describe('Fifty servers of twenty users, asked for at once', () => {
  let many: ManyServers;

  beforeAll(async () => {
    many = await ManyServers.open({ users: USERS, serversEach: 3, pollSeconds: POLL_SECONDS });
    await many.start(many.wanted.slice(0, SERVERS));
    await many.waitForReady(SERVERS);
  });
  afterAll(() => many?.close());

  test('all become ready over no more than one SSH connection for each identity', async () => {
    const { connectionsNow, mostOfOneAccount } = await many.count();
    expect(mostOfOneAccount).toBe(1);
    // One each of the users who have a server, and that of the service account.
    expect(connectionsNow).toBeLessThanOrEqual(Math.ceil(SERVERS / 3) + 1);
  });

  test('are followed by one question to the queue an interval, for all of them', async () => {
    const before = await many.count();
    await delay(WINDOW_SECONDS * 1000);
    const after = await many.count();
    const asked = after.queueQueries - before.queueQueries;
    expect(asked).toBeGreaterThanOrEqual(1);
    // One more may have begun before the window.
    expect(asked).toBeLessThanOrEqual(WINDOW_SECONDS / URGENT_SECONDS + 1);
  });

  test('cost one submission each', async () => {
    expect((await many.count()).slurm.sbatch).toBe(SERVERS);
  });
});
