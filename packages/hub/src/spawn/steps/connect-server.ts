import type { ServerRow } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
import { type Endpoint, isHostOfJob } from '../endpoint.js';
import type { FollowerRooms } from '../follower-rooms.js';
import type { ObservedJob } from '../observed-job.js';
import { tellMove } from '../tell-move.js';
import { openWay } from './open-way.js';

/** What came of an attempt to connect a server. `wait`: not yet, something must be heard first. */
export type Connection = 'open' | 'wait' | 'foreign-host' | 'too-late';

/**
 * Opens the way to a server whose endpoint is known, and waits for the endpoint where it is not. A ready server whose
 * hub, connector or proxy was restarted is connected again by its saved endpoint.
 */
export async function connectServer(rooms: FollowerRooms, row: ServerRow, job: ObservedJob): Promise<Connection> {
  // A server that does not announce itself, or is not reached where it does, must not keep its nodes for nothing.
  if (row.state !== 'ready' && job.heardRunningMs > rooms.startTimeoutMs) {
    return 'too-late';
  }
  const endpoint = job.endpoint ?? savedEndpoint(row);
  if (endpoint === undefined) {
    return awaitEndpoint(row, job);
  }
  if (isOfEarlierRun(job, endpoint)) {
    // Its file is still there; the next answer of the scheduler makes us look again.
    job.endpoint = undefined;
    return 'wait';
  }
  if (!isOwnHost(rooms, job, endpoint)) {
    return hasSpokenOfNodes(rooms, job) ? 'foreign-host' : 'wait';
  }
  await openWay(rooms, row, endpoint);
  job.unwatchEndpoint();
  if (row.state !== 'ready') {
    const { host: endpointHost, port: endpointPort } = endpoint;
    const patch = { readyAt: new Date(), endpointHost, endpointPort, pendingReason: null, idleEndsAt: null };
    await doStep('save-ready', () => rooms.records.move(row.id, { to: 'ready', ...tellMove('answered'), patch }));
  }
  return 'open';
}

function awaitEndpoint(row: ServerRow, job: ObservedJob): Connection {
  const isPending = job.status?.phase === 'pending';
  if (!isPending && (row.state === 'starting' || job.isEager)) {
    job.watchEndpoint(row.id);
  } else {
    job.unwatchEndpoint();
  }
  return 'wait';
}

/** A requeued job's folder holds the announcement of its earlier run until its script starts again. */
function isOfEarlierRun(job: ObservedJob, endpoint: Endpoint): boolean {
  const restarts = job.status?.restarts;
  return job.endpoint !== undefined && restarts !== undefined && endpoint.restart < restarts;
}

/**
 * Whether it is certain which nodes the job has: the scheduler named them, and did so after the endpoint was announced.
 * What it said before may be of an earlier run; that it did not know the job just now says nothing of nodes.
 */
function hasSpokenOfNodes(rooms: FollowerRooms, job: ObservedJob): boolean {
  const isKnown = rooms.onlyHost !== undefined || (job.status?.phase === 'running' && job.status.nodes.length > 0);
  return isKnown && job.isStatusNewer;
}

/** A job may announce only its own nodes: another host would have the hub tunnel to wherever its owner likes. */
function isOwnHost(rooms: FollowerRooms, job: ObservedJob, endpoint: Endpoint): boolean {
  return rooms.onlyHost === undefined
    ? isHostOfJob(endpoint.host, job.status?.nodes ?? [])
    : endpoint.host === rooms.onlyHost;
}

function savedEndpoint(row: ServerRow): Endpoint | undefined {
  return row.endpointHost === null || row.endpointPort === null
    ? undefined
    : { host: row.endpointHost, port: row.endpointPort, restart: 0 };
}
