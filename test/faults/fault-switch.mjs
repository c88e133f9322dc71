/**
 * Loaded into a hub before its own code (`node --import`), this kills it (kill -9) at a point of a server's life. The
 * file that JUHUB_FAULT names holds the point, such as `after-submit`; it is removed when it comes to it, so that the
 * next hub lives. Points: packages/hub/src/fault-point.ts.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';

const file = process.env.JUHUB_FAULT;

if (file !== undefined) {
  globalThis[Symbol.for('juhub.fault-switch')] = async (point) => {
    if (existsSync(file) && readFileSync(file, 'utf8') === point) {
      rmSync(file);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    }
  };
}
