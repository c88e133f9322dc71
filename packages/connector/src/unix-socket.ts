import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { ConnectorError, readMessage } from './connector-error.js';

/** sun_path of unix(7) is 108 bytes with its closing NUL; Node cuts a longer path off without a word. */
const maxPathBytes = 107;

/**
 * Makes a folder that only its owner may enter, or checks that it is one.
 * @throws ConnectorError `socket-folder` when it belongs to somebody else or lets others in
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const info = await lstat(folder);
  const owner = process.getuid?.() ?? info.uid;
  if (info.isDirectory() && info.uid === owner && (info.mode & 0o077) === 0) return;
  const rights = (info.mode & 0o777).toString(8).padStart(4, '0');
  throw new ConnectorError(
    'socket-folder',
    `The folder ${folder} must be a folder of the connector's own account that nobody else may enter (it has mode ` +
      `${rights} and owner ${info.uid}): sockets in it reach every cluster. Run: chmod 700 ${folder}`,
  );
}

/**
 * Listens on a unix socket that only its owner may use. A socket that a crashed process left behind is replaced.
 * @throws ConnectorError `already-running` when somebody listens there, `socket-folder` when the path cannot be used
 */
export async function listenOnUnixSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > maxPathBytes) {
    const message = `The socket path ${path} is longer than the ${maxPathBytes} bytes that the system takes; choose a shorter state folder.`;
    throw new ConnectorError('socket-folder', message);
  }
  await makePrivateFolder(dirname(path));
  await removeStaleSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.removeListener('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    throw new ConnectorError('socket-folder', `Cannot listen on ${path}: ${readMessage(error)}`, { cause: error });
  });
  // Until here the folder alone kept others out.
  await chmod(path, 0o600);
}

/**
 * Removes a socket on which nobody listens any more.
 * @throws ConnectorError `already-running` when somebody does, `socket-folder` when something else is in its place
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const info = await lstat(path).catch(() => undefined);
  if (!info) return;
  if (!info.isSocket())
    throw new ConnectorError('socket-folder', `${path} is no socket; it is left alone. Move it away.`);
  if (await acceptsConnections(path)) {
    throw new ConnectorError('already-running', `Another process listens on ${path} already. End it first.`);
  }
  await rm(path, { force: true });
}

function acceptsConnections(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else
        reject(new ConnectorError('socket-folder', `${path} cannot be examined: ${error.message}`, { cause: error }));
    });
  });
}
