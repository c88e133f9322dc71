import { rmSync, writeFileSync } from 'node:fs';
import pino from 'pino';
import type { ProxyLogger } from '../proxy-logger.js';
import { type RunningProxy, startProxy } from '../start-proxy.js';
import { type CommandOptions, createCommand } from './options.js';
import { readProxyOptions } from './read-proxy-options.js';

const failedCode = 1;

/**
 * The command `juhub-proxy`: runs a proxy until SIGTERM or SIGINT, which lets running requests finish; a second one ends
 * it at once. SIGHUP reads the certificates and opens the access log again. Settings that are wrong and addresses that cannot be had are said on standard error, and it ends with 1.
 */
export async function runCommand(): Promise<void> {
  const options = createCommand().parse().opts<CommandOptions>();
  const log = pino({ level: options.logLevel, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
  try {
    const proxy = await startProxy(readProxyOptions(options, process.env, log));
    process.on('SIGHUP', () => {
      proxy.reopenLogs();
      renewCertificates(proxy, options, log);
    });
    if (options.pidFile !== undefined) keepPidFile(options.pidFile);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'Stopping: running requests may finish');
        process.once(signal, () => process.exit(failedCode));
        void proxy.close().then(() => process.exit());
      });
    }
  } catch (error) {
    process.stderr.write(`juhub-proxy: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(failedCode);
  }
}

/** Files that cannot be used are said in the log, and the certificates of before stay. */
function renewCertificates(proxy: RunningProxy, options: CommandOptions, log: ProxyLogger): void {
  try {
    const { tls, adminTls } = readProxyOptions(options, process.env, log);
    proxy.renewCertificates({ tls, adminTls });
    log.info({}, 'Certificates were read again');
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    log.error({ cause }, 'Certificates could not be read again; those of before stay');
  }
}

function keepPidFile(path: string): void {
  writeFileSync(path, String(process.pid));
  process.on('exit', () => rmSync(path, { force: true }));
}
