/** juhub's proxy as a process of its own: one route to the port in the first argument. Prints its port. */

import path from 'node:path';
import { startProxy } from '@juhub/proxy';

const [backendPort = '', folder = ''] = process.argv.slice(2);
const silent = (): void => {};
const proxy = await startProxy({
  listen: { host: '127.0.0.1', port: 0 },
  admin: { socketPath: path.join(folder, 'admin.sock') },
  adminToken: 'bench',
  publicUrl: 'http://127.0.0.1',
  defaultTarget: `http://127.0.0.1:${backendPort}`,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});
process.stdout.write(`${'port' in proxy.address ? proxy.address.port : ''}\n`);
