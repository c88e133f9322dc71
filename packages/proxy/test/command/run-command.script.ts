import { runCommand } from '../../src/command/run-command.js';

// What bin/juhub-proxy.js does, of the sources.
await runCommand();
