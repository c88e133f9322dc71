import type { Command } from 'commander';
import { createProgram } from '../../src/cli/juhub.js';

const WIDTH = 100;

/** The command line's own help, one section a command, for docs/reference/command-line.md. */
export function writeCommandHelp(): string {
  return listCommands(createProgram(), [])
    .map(({ words, command }) => {
      command.configureOutput({ getOutHelpWidth: () => WIDTH });
      return `## ${words.join(' ')}\n\n${indent(command.helpInformation().trimEnd())}`;
    })
    .join('\n\n');
}

/** Commands that do something, and the program itself; groups such as `user` only lead to them. */
function listCommands(command: Command, before: readonly string[]): { words: string[]; command: Command }[] {
  const words = [...before, command.name()];
  const inner = command.commands.flatMap((one) => listCommands(one, words));
  return inner.length > 0 && before.length > 0 ? inner : [{ words, command }, ...inner];
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
