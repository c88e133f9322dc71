// A connector as a process of its own, to be started in the network of the cluster's hub. Its options are JSON in argv.
import { startConnector } from '../../packages/connector/dist/index.js';

const log = (level) => (fields, message) => console.log(JSON.stringify({ level, message, ...fields }));
const options = JSON.parse(process.argv[2]);
const connector = await startConnector({
  ...options,
  log: { info: log('info'), warn: log('warn'), error: log('error') },
});
console.log('ready');
process.once('SIGTERM', () => connector.close().then(() => process.exit(0)));
