import { Command, Option } from 'commander';
import { PART_NAMES, type PartName } from '../part-name.js';
import { addConfigCommands } from './config-commands.js';
import { configOption } from './config-option.js';
import type { Part } from './part.js';
import { addSiteCommands } from './site-commands.js';
import { addSmokeCommand } from './smoke-command.js';
import { Systemd } from './systemd.js';
import { addTemplateCommands } from './template-commands.js';
import { addTokenCommands } from './token-commands.js';
import { addUserCommands } from './user-commands.js';

/** Each process loads the code of its own part alone: the proxy's has no database, the connector's no pages. */
const RUN: Readonly<Record<PartName, (configFile: string) => Promise<Part>>> = {
  connector: async (configFile) => (await import('./run-connector.js')).runConnector(configFile),
  hub: async (configFile) => (await import('./run-hub.js')).runHub(configFile),
  proxy: async (configFile) => (await import('./run-proxy.js')).runProxy(configFile),
};

const WHAT: Readonly<Record<PartName, string>> = {
  connector: 'run the connector alone: SSH connections, commands and tunnels',
  hub: 'run the hub alone: pages, database and the life of servers',
  proxy: 'run the proxy alone: the public listener',
};

/** A part that was told to end has this long for what it has forgotten, in milliseconds. */
const LEAVE_WITHIN_MS = 3_000;

/** The `juhub` command line. */
export function createProgram(): Command {
  const program = new Command('juhub')
    .description('Jupyter servers on Slurm clusters that are reached only by SSH')
    .showHelpAfterError('(juhub --help tells what there is)');
  program
    .command('serve')
    .description('run all of juhub')
    .addOption(configOption())
    .addOption(new Option('--without <parts...>', 'parts that run elsewhere').choices(PART_NAMES).default([]))
    .action(async (options: { config: string; without: PartName[] }) => {
      const { serve } = await import('./serve.js');
      const systemd = new Systemd(process.env, sayLine);
      const end = signalOfEnd();
      end.addEventListener('abort', () => void systemd.stopping(), { once: true });
      await serve(
        {
          configFile: options.config,
          command: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
          without: options.without,
          say: sayLine,
          onReady: (part) => systemd.ready(part),
        },
        end,
      );
    });
  for (const name of PART_NAMES) {
    program
      .command(name)
      .description(WHAT[name])
      .addOption(configOption())
      .action((options: { config: string }) => runPart(name, options.config));
  }
  addUserCommands(program);
  addSiteCommands(program);
  addTemplateCommands(program);
  addTokenCommands(program);
  addConfigCommands(program);
  addSmokeCommand(program);
  return program;
}

/** Runs one part until it is asked to end; says to a parent that it is ready. */
async function runPart(name: PartName, configFile: string): Promise<void> {
  const ended = signalOfEnd();
  const systemd = new Systemd(process.env, sayLine);
  try {
    const part = await RUN[name](configFile);
    process.send?.('ready');
    await systemd.ready(part);
    if (!ended.aborted) {
      await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }));
    }
    void systemd.stopping();
    await part.close();
    leaveSoon(name);
  } finally {
    // An open channel to the parent would keep this process alive, after a start that failed as well.
    if (process.connected) {
      process.disconnect();
    }
  }
}

/** A part that has let go of everything must not stay because of something that was forgotten: nobody would start the next. */
function leaveSoon(name: PartName): void {
  setTimeout(() => {
    sayLine(`The ${name} has ended, but something of it still runs: ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit(0);
  }, LEAVE_WITHIN_MS).unref();
}

function sayLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

function signalOfEnd(): AbortSignal {
  const end = new AbortController();
  process.on('SIGTERM', () => end.abort());
  process.on('SIGINT', () => end.abort());
  // The parent that started us is gone: without it nobody would start or stop this part again.
  process.once('disconnect', () => end.abort());
  return end.signal;
}
