import { type Command, type CommanderError, InvalidArgumentError, Option } from 'commander';
import { SmokeUsage } from '../smoke/smoke-error.js';
import { STEPS, type StepLimits } from '../smoke/step-names.js';
import { setOption } from './set-option.js';

interface SmokeFlags {
  hub: URL;
  tokenFile?: string;
  site?: string;
  template?: string;
  set: Readonly<Record<string, string>>;
  matrix?: boolean;
  parallel: number;
  code?: string;
  expect?: string;
  junit?: string;
  json?: string | true;
}

/** `juhub smoke`: a client of a hub, which may be anywhere; it needs no configuration. */
export function addSmokeCommand(program: Command): void {
  const command = program
    .command('smoke')
    .description(
      'test a site from outside: start a server by the REST API, run code in a kernel, stop, look what is left',
    )
    .addOption(
      new Option('--hub <url>', 'the public address of the hub')
        .env('JUHUB_HUB')
        .argParser(readHub)
        .makeOptionMandatory(),
    )
    .option('--token-file <file>', 'a file with an API token; without this it is taken from JUHUB_TOKEN')
    .option('--site <name>', 'the site; may be left out where there is only one')
    .option('--template <name>', 'the template; may be left out where there is only one, and with --matrix')
    .addOption(setOption())
    .option('--matrix', 'every template on every node type')
    .option('--parallel <number>', 'servers at the same time, at most', readParallel, 4)
    .option('--code <text>', 'what the kernel runs; a product of two numbers when left out')
    .option('--expect <text>', 'what must be in the output of that code')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--json [file]', 'write the results as JSON; to standard output when no file is named');
  const timeouts = STEPS.map(({ name, limitSeconds }) => {
    const option = new Option(`--timeout-${name} <seconds>`, 'how long this step may take');
    command.addOption(option.argParser(readSeconds).default(limitSeconds));
    return [name, option.attributeName()] as const;
  });
  command
    .exitOverride((error: CommanderError) => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : 2 });
    })
    .action(async (flags: SmokeFlags) => {
      const { runSmokeProcess } = await import('../smoke/smoke-process.js');
      const { matrix = false, json, code, expect, ...rest } = flags;
      process.exitCode = await runSmokeProcess({
        ...rest,
        isMatrix: matrix,
        json: json === true ? '-' : json,
        check: readCheck(code, expect),
        limits: Object.fromEntries(timeouts.map(([name, key]) => [name, command.opts()[key]])) as StepLimits,
      });
    });
}

function readCheck(code: string | undefined, expect: string | undefined): { code: string; expect: string } | undefined {
  if (code === undefined && expect === undefined) {
    return undefined;
  }
  if (code === undefined || !expect) {
    throw new SmokeUsage('Give both --code and --expect, or neither.');
  }
  return { code, expect };
}

function readHub(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href) {
    throw new InvalidArgumentError(
      'It must be the address that browsers use, without a path: https://juhub.example.org',
    );
  }
  return url;
}

const MOST_PARALLEL = 32;

function readParallel(text: string): number {
  const number = Number(text);
  if (!/^\d{1,2}$/.test(text) || number < 1 || number > MOST_PARALLEL) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_PARALLEL}.`);
  }
  return number;
}

const DAY_SECONDS = 86_400;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > DAY_SECONDS) {
    throw new InvalidArgumentError(`It must be a number of seconds, ${DAY_SECONDS} at most.`);
  }
  return seconds;
}
