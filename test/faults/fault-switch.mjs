/**
 * Loaded into a part before its own code (`node --import`), this kills a hub (kill -9) at a point of a server's life. The
 * file that JUHUB_FAULT names holds the point, such as `after-submit`; it is removed when it comes to it, so that the
 * next hub lives. Points: packages/hub/src/fault-point.ts.
 *
 * It also gives a part a clock that can be set, as somebody sets a machine's: the file that JUHUB_FAULT_CLOCK names
 * holds by how many milliseconds. It stands in for the real one, which is the same for everything on the machine; the
 * clock that only runs forwards (performance.now, timers) is left alone, as the kernel does.
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

const clockFile = process.env.JUHUB_FAULT_CLOCK;

if (clockFile !== undefined) {
  const RealDate = Date;
  const now = () => RealDate.now() + (existsSync(clockFile) ? Number(readFileSync(clockFile, 'utf8')) : 0);
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length === 0 ? [now()] : given));
    }

    static now() {
      return now();
    }
  };
}
