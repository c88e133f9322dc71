import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { runSmoke, type SmokeOptions } from './run-smoke.js';
import { SmokeInterrupted, SmokeUsage } from './smoke-error.js';
import type { Outcome, SmokeReport } from './smoke-report.js';
import { writeJunit } from './write-junit.js';
import { type Paint, writeStepLine, writeSummary } from './write-lines.js';

/** `juhub smoke`, as its options say. */
export interface SmokeRequest extends Omit<SmokeOptions, 'token' | 'interrupted' | 'living' | 'onStep' | 'onTitles'> {
  readonly tokenFile?: string | undefined;
  /** Where the JUnit file goes. */
  readonly junit?: string | undefined;
  /** Where the JSON goes; `-`: to standard output, and what people read to standard error. */
  readonly json?: string | undefined;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const STDOUT = '-';
/** Before it is known what there is to test, lines are made for titles of a usual length. */
const LEAST_WIDTH = 'jupyterlab on login-node'.length;

/**
 * Runs a smoke test as this process: prints while it runs, writes the files, and cleans up at the first signal. The second
 * one ends the process at once, with what is left named.
 *
 * @returns the exit code: 0, or 1 when something failed
 * @throws SmokeUsage
 */
export async function runSmokeProcess(request: SmokeRequest): Promise<number> {
  const token = readToken(request.tokenFile);
  for (const file of [request.junit, request.json]) {
    checkWritable(file);
  }
  const out = request.json === STDOUT ? process.stderr : process.stdout;
  // Whoever read along has gone: what was started is to be stopped all the same.
  out.on('error', () => {});
  const print = (line: string) => out.write(`${line}\n`);
  const paint = choosePaint(out);
  warnOfPlainHttp(request.hub, print);
  const living = new Set<string>();
  const signals = listenToSignals(living, print);
  let width = 0;
  try {
    const report = await runSmoke({
      ...request,
      token,
      living,
      interrupted: signals.interrupted,
      onTitles: (titles) => {
        width = Math.max(LEAST_WIDTH, ...titles.map(({ length }) => length));
      },
      onStep: (title, result) => print(writeStepLine(title, result, width, paint)),
    });
    for (const line of writeSummary(report, paint)) {
      print(line);
    }
    writeFiles(report, request);
    return report.outcome === 'passed' ? 0 : 1;
  } finally {
    signals.close();
  }
}

/** @throws SmokeUsage; never with the token in it */
function readToken(file: string | undefined): string {
  const token = (file === undefined ? process.env.JUHUB_TOKEN : readTokenFile(file))?.trim() ?? '';
  if (token === '') {
    throw new SmokeUsage(
      file === undefined ? 'Give a token, by --token-file or in JUHUB_TOKEN.' : `There is nothing in ${file}.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SmokeUsage('This is no token: it has characters that no token has.');
  }
  return token;
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SmokeUsage(`The token cannot be read: ${(error as Error).message}.`);
  }
}

/** A wrong path is told before anything is started, not after it. */
function checkWritable(file: string | undefined): void {
  if (file !== undefined && file !== STDOUT) {
    try {
      closeSync(openSync(file, 'a'));
    } catch (error) {
      throw new SmokeUsage(`The result cannot be written: ${(error as Error).message}.`);
    }
  }
}

function writeFiles(report: SmokeReport, { junit, json }: SmokeRequest): void {
  if (junit !== undefined) {
    writeFileSync(junit, writeJunit(report));
  }
  if (json !== undefined) {
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (json === STDOUT) {
      process.stdout.write(text);
    } else {
      writeFileSync(json, text);
    }
  }
}

function choosePaint(out: NodeJS.WriteStream): Paint {
  if (!out.isTTY || process.env.NO_COLOR) {
    return (_outcome, text) => text;
  }
  const colours = { passed: 'green', failed: 'red', skipped: 'gray' } as const satisfies Record<Outcome, string>;
  return (outcome, text) => styleText(colours[outcome], text);
}

function warnOfPlainHttp({ protocol, hostname }: URL, print: (line: string) => void): void {
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    print(`The token goes to ${hostname} without encryption; use https.`);
  }
}

function listenToSignals(
  living: ReadonlySet<string>,
  print: (line: string) => void,
): { interrupted: AbortSignal; close: () => void } {
  const interruption = new AbortController();
  const listen = () => {
    if (!interruption.signal.aborted) {
      interruption.abort(new SmokeInterrupted());
      print('Interrupted: stopping what was started. A second time leaves at once.');
      return;
    }
    const names = [...living].join(', ');
    print(names === '' ? 'Leaving.' : `Leaving. Not known to have ended: ${names}`);
    process.exit(1);
  };
  for (const signal of SIGNALS) {
    process.on(signal, listen);
  }
  return {
    interrupted: interruption.signal,
    close: () => {
      for (const signal of SIGNALS) {
        process.off(signal, listen);
      }
    },
  };
}
