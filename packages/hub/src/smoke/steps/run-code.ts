import type { CaseRoom } from '../case-room.js';
import type { Kernel } from '../kernel.js';
import { printLine } from '../print-safe.js';
import { SmokeFailure } from '../smoke-error.js';

const MOST_SHOWN = 200;

/** Has the kernel run code, and looks at what it says. */
export async function runCode({ clock, check }: CaseRoom, kernel: Kernel): Promise<void> {
  clock.enter('run-code');
  const output = await kernel.run(check.code);
  if (!output.includes(check.expect)) {
    throw new SmokeFailure(`The kernel was to say ${JSON.stringify(check.expect)}, and said ${shorten(output)}.`);
  }
  clock.note(`${shorten(check.code)} gave ${shorten(output)}`);
}

function shorten(text: string): string {
  const line = printLine(text);
  return line === '' ? 'nothing' : line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}
