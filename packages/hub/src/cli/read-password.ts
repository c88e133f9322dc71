import { text } from 'node:stream/consumers';

/** What `readPassword` reads from: the process's own standard input, or a test's. */
export interface PasswordSource {
  input: NodeJS.ReadStream;
  /** Where the questions are written. */
  output: NodeJS.WritableStream;
}

/**
 * Reads a new password: asked for twice on the terminal, without showing it, or all of standard input but the line end
 * that closes it.
 *
 * @throws Error when the two differ, when the person gives up (Ctrl-C), or when there is no terminal to ask on
 */
export async function readPassword({ input, output }: PasswordSource, fromStdin: boolean): Promise<string> {
  if (fromStdin) {
    return (await text(input)).replace(/\r?\n$/, '');
  }
  if (!input.isTTY) {
    throw new Error('There is no terminal to ask for the password on; give it with --password-stdin.');
  }
  const password = await ask({ input, output }, 'Password: ');
  if ((await ask({ input, output }, 'The same again: ')) !== password) {
    throw new Error('The two passwords differ. Nothing was changed.');
  }
  return password;
}

/** One line of the terminal that is not shown; its special keys are read here because the terminal no longer does. */
async function ask({ input, output }: PasswordSource, question: string): Promise<string> {
  // First the terminal stops showing what is typed, then the question invites to type.
  input.setRawMode(true);
  output.write(question);
  try {
    let typed: string[] = [];
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') {
          return typed.join('');
        }
        if (key === '\u0003' || key === '\u0004') {
          throw new Error('Given up. Nothing was changed.');
        }
        typed = key === '\u007F' || key === '\b' ? typed.slice(0, -1) : key === '\u0015' ? [] : [...typed, key];
      }
    }
    throw new Error('The terminal was closed. Nothing was changed.');
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}
