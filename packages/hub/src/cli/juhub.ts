import { Command, Option } from 'commander';
import { PART_NAMES, type Part, type PartName } from './part.js';
import { runConnector } from './run-connector.js';
import { runHub } from './run-hub.js';
import { runProxy } from './run-proxy.js';
import { serve } from './serve.js';

const RUN: Readonly<Record<PartName, (configFile: string) => Promise<Part>>> = {
  connector: runConnector,
  hub: runHub,
  proxy: runProxy,
};

const WHAT: Readonly<Record<PartName, string>> = {
  connector: 'run the connector alone: SSH connections, commands and tunnels',
  hub: 'run the hub alone: pages, database and the life of servers',
  proxy: 'run the proxy alone: the public listener',
};

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
      await serve(
        {
          configFile: options.config,
          command: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
          without: options.without,
          say: (line) => process.stderr.write(`${line}\n`),
        },
        signalOfEnd(),
      );
    });
  for (const name of PART_NAMES) {
    program
      .command(name)
      .description(WHAT[name])
      .addOption(configOption())
      .action((options: { config: string }) => runPart(name, options.config));
  }
  return program;
}

/** The option that every command has which needs the settings. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').env('JUHUB_CONFIG').default('juhub.yaml');
}

/** Runs one part until it is asked to end; says to a parent that it is ready. */
async function runPart(name: PartName, configFile: string): Promise<void> {
  const ended = signalOfEnd();
  const part = await RUN[name](configFile);
  process.send?.('ready');
  if (!ended.aborted) {
    await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }));
  }
  await part.close();
  if (process.connected) {
    process.disconnect();
  }
}

function signalOfEnd(): AbortSignal {
  const end = new AbortController();
  process.on('SIGTERM', () => end.abort());
  process.on('SIGINT', () => end.abort());
  // The parent that started us is gone: without it nobody would start or stop this part again.
  process.once('disconnect', () => end.abort());
  return end.signal;
}
