#!/usr/bin/env node
import { createProgram } from '../dist/cli/juhub.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  // What stops a start is for the person who started it: words, not a stack.
  process.stderr.write(`juhub: ${error.message}\n`);
  process.exitCode = 1;
}
