import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import type { ConnectionStatus } from '@juhub/connector';
import type { Database } from '../db/open-database.js';
import { sayWhy } from '../say-why.js';
import type { SpawnService } from '../spawn/spawn-service.js';
import type { WayEnds } from '../spawn/steps/open-way.js';
import { askStatus } from './ask-status.js';
import type { Health } from './open-status.js';
import type { Trouble } from './trouble.js';

/** A monitor asks every few seconds: whoever does not answer within this time does not answer. */
const WITHIN_MS = 3_000;
const FREE_BYTES_WANTED = 100 * 2 ** 20;

/** What the hub's health depends on. */
export interface HubHealthParts {
  readonly database: Pick<Database, 'ping'>;
  readonly ends: WayEnds;
  readonly servers: Pick<SpawnService, 'listSiteTroubles'>;
  /** The folder in which juhub saves what it must not lose. */
  readonly stateDir: string;
  /** Where the proxy says how it is. */
  readonly proxyStatusSocket: string;
}

/** What hinders the hub: the database, the disk, the connector and the sites behind it, the proxy. Never rejects. */
export async function findHubTroubles(parts: HubHealthParts): Promise<Trouble[]> {
  const { database, ends, servers, stateDir, proxyStatusSocket } = parts;
  const [ofDisk, ofDatabase, ofProxy, ofCertificate, ofConnector] = await Promise.all([
    findDiskTroubles(stateDir),
    probe(database.ping(), 'database', 'The database does not answer, so no page works'),
    probe(ends.proxy.health(), 'proxy', 'The proxy cannot be told of servers'),
    askForCertificate(proxyStatusSocket),
    findSiteTroubles(ends.connector.listConnections()),
  ]);
  const ofSchedulers = servers.listSiteTroubles().map(({ site, why }) => ({
    what: `site:${site}`,
    message: `The scheduler of ${site} could not be asked: ${why}`,
    isFatal: false,
  }));
  const fatal = ofDatabase.map((trouble) => ({ ...trouble, isFatal: true }));
  return [...fatal, ...ofDisk, ...ofConnector, ...ofProxy, ...ofCertificate, ...ofSchedulers];
}

/** What the proxy alone knows. That it does not answer is found out, and said, by the question for its health. */
async function askForCertificate(proxyStatusSocket: string): Promise<Trouble[]> {
  const { troubles } = await askStatus<Health>(proxyStatusSocket, '/health').catch(() => ({ troubles: [] }));
  return troubles.filter(({ what }) => what === 'certificate');
}

/** Said while there is still room, so that somebody can make more before something cannot be saved. */
function findDiskTroubles(folder: string): Promise<Trouble[]> {
  return probe(measureRoom(folder), 'disk', `The disk of ${folder} wants room, for what cannot be saved is lost`);
}

async function measureRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < FREE_BYTES_WANTED) {
    throw new Error(`${Math.floor(freeBytes / 2 ** 20)} MiB are free`);
  }
}

async function findSiteTroubles(asked: Promise<ConnectionStatus[]>): Promise<Trouble[]> {
  let connections: ConnectionStatus[] = [];
  const troubles = await probe(
    asked.then((answer) => {
      connections = answer;
    }),
    'connector',
    'The connector does not answer, so no site can be reached',
  );
  return [...troubles, ...findConnectionTroubles(connections)];
}

/** Which sites cannot be reached over SSH: one trouble a site, with the words of the first connection that failed. */
export function findConnectionTroubles(connections: readonly ConnectionStatus[]): Trouble[] {
  const sites = new Set(connections.map(({ site }) => site));
  return [...sites].flatMap((site) => {
    const ofSite = connections.filter((connection) => connection.site === site);
    const failed = ofSite.filter(({ state }) => state === 'backoff');
    const [first] = failed;
    if (first === undefined) {
      return [];
    }
    const count = `${failed.length} of ${ofSite.length} SSH connections to ${site} are away`;
    return [{ what: `site:${site}`, message: `${count}: ${first.lastError ?? 'no reason is known'}`, isFatal: false }];
  });
}

/**
 * Whether the proxy's way to the hub is there (without the hub, open notebooks go on, so it is not fatal), and whether
 * its certificate wants to be renewed.
 */
export async function findProxyTroubles(
  hubSocket: string,
  certificate?: { findTrouble(): string | undefined },
): Promise<Trouble[]> {
  const answered = new Promise<void>((resolve, reject) => {
    const socket = connect(hubSocket, () => resolve());
    socket.once('connect', () => socket.destroy());
    socket.once('error', reject);
  });
  const ofHub = await probe(answered, 'hub', 'The hub does not answer, so no page and no new server');
  const ends = certificate?.findTrouble();
  return ends === undefined
    ? ofHub
    : [
        ...ofHub,
        { what: 'certificate', message: `The proxy's certificate wants to be renewed: ${ends}`, isFatal: false },
      ];
}

async function probe(answer: Promise<unknown>, what: string, meaning: string): Promise<Trouble[]> {
  const late = new AbortController();
  try {
    await Promise.race([answer, expire(late.signal)]);
    return [];
  } catch (error) {
    return [{ what, message: `${meaning}: ${sayWhy(error)}`, isFatal: false }];
  } finally {
    late.abort();
  }
}

function expire(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${WITHIN_MS / 1000} seconds`)), WITHIN_MS);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
