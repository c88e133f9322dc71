/**
 * juhub's proxy as a process of its own: what has no route goes to the target in the first argument; the admin API is
 * at `admin.sock` in the folder of the second one. With a third one, a file with key and certificate, it speaks HTTPS.
 * Prints its port.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startProxy } from '@juhub/proxy';

const [target = '', folder = '', pemFile] = process.argv.slice(2);
const silent = (): void => {};
const proxy = await startProxy({
  listen: { host: '127.0.0.1', port: 0 },
  admin: { socketPath: path.join(folder, 'admin.sock') },
  adminToken: 'bench',
  publicUrl: 'http://127.0.0.1',
  defaultTarget: target,
  tls: pemFile === undefined ? undefined : { key: readFileSync(pemFile), cert: readFileSync(pemFile) },
  log: { debug: silent, info: silent, warn: silent, error: silent },
});
process.stdout.write(`${'port' in proxy.address ? proxy.address.port : ''}\n`);
