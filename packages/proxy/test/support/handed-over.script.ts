import { startProxy } from '../../src/index.js';

// A proxy whose public face is descriptor 3, opened by whoever started this. It says its address.
const log = { debug() {}, info() {}, warn() {}, error() {} };
const { address } = await startProxy({
  listen: { fd: 3 },
  admin: { host: '127.0.0.1', port: 0 },
  adminToken: 't',
  publicUrl: 'http://x',
  log,
});
console.log(JSON.stringify(address));
