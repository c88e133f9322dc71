import { createProgram } from '../../src/cli/juhub.js';

// What bin/juhub.js does, of the sources.
try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`juhub: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
