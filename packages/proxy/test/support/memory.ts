import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Runs while something big passes through: the most bytes that living buffers took beyond those at the start. */
export function watchBuffers(): { stop(): number } {
  const read = (): number => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const startBytes = read();
  let mostBytes = startBytes;
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, read());
  }, 25);
  return {
    stop: () => {
      clearInterval(timer);
      return mostBytes - startBytes;
    },
  };
}
