/**
 * `npm run test:faults`: does every harm of test/faults to a real cluster, and prints what came of it: a table, and as
 * the last line JSON. Arguments go on to vitest. Fails when anything was lost, doubled, orphaned or told untruly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, checkNode, ensureNodePackages, root, run, SetupError, whyNoCluster } from './setup.mjs';

const COUNTS = ['lost', 'doubled', 'orphaned', 'untrue'];

try {
  checkNode();
  ensureNodePackages();
  const noCluster = whyNoCluster();
  if (noCluster !== undefined) {
    throw new SetupError(`The faults need a real cluster, and there can be none here: ${noCluster}`);
  }
  run('test/cluster/cluster.sh', ['build'], { what: 'building the test cluster' });
  build();
  process.exitCode = sufferAll(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function sufferAll(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'juhub-faults-'));
  const report = path.join(folder, 'report');
  try {
    const words = ['vitest', 'run', '--project', 'cluster', ...(args.length === 0 ? ['test/faults'] : args)];
    const env = { ...process.env, JUHUB_FAULTS: 'all', JUHUB_FAULT_REPORT: report };
    const { status } = spawnSync('npx', words, { cwd: root, stdio: 'inherit', env });
    const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
    const isClean = printReport(lines.map((line) => JSON.parse(line)));
    return status === 0 && isClean ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns whether there were faults, and none of them did any harm */
function printReport(results) {
  const width = Math.max(5, ...results.map(({ fault }) => fault.length));
  const write = (fault, seconds, counts) =>
    process.stdout.write(
      `${fault.padEnd(width)}  ${seconds}  ${counts.map((count) => `${count}`.padStart(8)).join('  ')}\n`,
    );
  process.stdout.write('\n');
  write('fault', 'recovered in s', COUNTS);
  for (const result of results) {
    write(
      result.fault,
      (result.recoveredMs / 1000).toFixed(1).padStart(14),
      COUNTS.map((key) => result[key]),
    );
  }
  const [lost, doubled, orphaned, untrueReasons] = COUNTS.map((key) =>
    results.reduce((sum, result) => sum + result[key], 0),
  );
  process.stdout.write(`${JSON.stringify({ faults: results.length, lost, doubled, orphaned, untrueReasons })}\n`);
  return results.length > 0 && lost + doubled + orphaned + untrueReasons === 0;
}
