import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PartName } from '../part-name.js';

/** The files that juhub keeps in its state folder, and the sockets that its processes meet at. */
export interface StatePaths {
  hubSocket: string;
  connectorSocket: string;
  proxyAdminSocket: string;
  /** Where each process tells of itself: metrics, and what is wrong. */
  statusSockets: Readonly<Record<PartName, string>>;
  /** One unix socket a tunnel. */
  tunnelDir: string;
  /** Ed25519, PKCS#8 in PEM, 0600: signs the cookies that let a browser through the gate. */
  gatePrivateKey: string;
  /** The public half (SPKI in PEM): all that the proxy needs. */
  gatePublicKey: string;
  /** The secret that the proxy's admin API asks for. */
  proxyToken: string;
  /** The proxy's routes, with the secrets of the servers behind them (0600): what it serves after a restart. */
  proxyRoutes: string;
}

/**
 * The longest path of a state folder, in bytes: a unix socket's path has 107 (sockaddr_un in unix(7)), and the
 * longest below it is a tunnel's.
 */
export const maxStateDirBytes = 107 - '/tunnels/0123456789abcdef-0123456789abcdef.sock'.length;

/** Where everything is below a state folder. */
export function statePaths(stateDir: string): StatePaths {
  return {
    hubSocket: join(stateDir, 'hub.sock'),
    connectorSocket: join(stateDir, 'connector.sock'),
    proxyAdminSocket: join(stateDir, 'proxy-admin.sock'),
    statusSockets: {
      connector: join(stateDir, 'connector-status.sock'),
      hub: join(stateDir, 'hub-status.sock'),
      proxy: join(stateDir, 'proxy-status.sock'),
    },
    tunnelDir: join(stateDir, 'tunnels'),
    gatePrivateKey: join(stateDir, 'gate-private.pem'),
    gatePublicKey: join(stateDir, 'gate-public.pem'),
    proxyToken: join(stateDir, 'proxy-token'),
    proxyRoutes: join(stateDir, 'proxy-routes.jsonl'),
  };
}

/** Makes the state folder and the folder for tunnels, both for this account alone (0700), where they are missing. */
export function makeStateDir(stateDir: string): StatePaths {
  const paths = statePaths(stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  mkdirSync(paths.tunnelDir, { recursive: true, mode: 0o700 });
  return paths;
}
