/**
 * Loaded into a hub before its own code (`node --import`), this makes it die, hang or fail at a point of a server's
 * life. The file that JUHUB_FAULT names holds `POINT[:NTH]:kill|hang|error`, such as `after-submit:kill`; it is removed
 * when the fault happens, so that the next hub lives. Points: packages/hub/src/fault-point.ts.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const file = process.env.JUHUB_FAULT;
const ACTS = {
  kill: () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
  hang: () => new Promise(() => {}),
  error: () => Promise.reject(new Error('A fault that a test asked for.')),
};

if (file !== undefined) {
  globalThis[Symbol.for('juhub.fault-switch')] = async (point) => {
    if (!existsSync(file)) {
      return;
    }
    const [wanted, ...rest] = readFileSync(file, 'utf8').trim().split(':');
    const act = rest.at(-1);
    const times = rest.length === 2 ? Number(rest[0]) : 1;
    if (wanted !== point) {
      return;
    }
    if (times > 1) {
      writeFileSync(file, `${wanted}:${times - 1}:${act}`);
      return;
    }
    rmSync(file);
    await ACTS[act]();
  };
}
