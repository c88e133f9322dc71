import { runCommandLine } from '../../src/cli/run-command-line.js';

// What bin/juhub.js does, of the sources.
await runCommandLine();
