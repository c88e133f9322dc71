#!/usr/bin/env node
import { runCommand } from '../dist/command/run-command.js';

await runCommand();
