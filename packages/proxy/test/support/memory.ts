/** Runs while something big passes through: the most bytes that buffers took beyond what they took at the start. */
export function watchBuffers(): { stop(): number } {
  const read = (): number => process.memoryUsage().arrayBuffers;
  const startBytes = read();
  let mostBytes = startBytes;
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, read());
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return mostBytes - startBytes;
    },
  };
}
