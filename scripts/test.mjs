/**
 * `npm test`: sets up what the tests need, then runs all of them. Arguments go on to vitest.
 * Where something real cannot be made the tests that need it are skipped and said loudly; with CI=true that fails.
 */
import { spawnSync } from 'node:child_process';
import {
  build,
  checkNode,
  ensureNodePackages,
  ensureSystemPackages,
  root,
  run,
  SetupError,
  say,
  whyNoCluster,
} from './setup.mjs';

const REAL_PROGRAMS = {
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/lib/postgresql/*/bin/postgres': 'postgresql',
  '/usr/bin/chromium': 'chromium',
  '/usr/bin/jupyter-notebook': 'jupyter-notebook',
};

try {
  checkNode();
  ensureNodePackages();
  const lacking = ensureSystemPackages(REAL_PROGRAMS);
  const noCluster = whyNoCluster();
  warnOfSkips(lacking, noCluster);
  if (noCluster === undefined) {
    run('test/cluster/cluster.sh', ['build'], { what: 'building the test cluster' });
  }
  build();
  const vitest = spawnSync('npx', ['vitest', 'run', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = vitest.status ?? 1;
} catch (error) {
  if (!(error instanceof SetupError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n0 passed, 1 failed, 0 skipped\n`);
  process.exitCode = 1;
}

function warnOfSkips(lacking, noCluster) {
  const reasons = [
    ...lacking.map((name) => `Debian's ${name} is not installed and cannot be installed here`),
    ...(noCluster === undefined ? [] : [`no real cluster: ${noCluster}`]),
  ];
  if (reasons.length === 0) {
    return;
  }
  for (const reason of reasons) {
    say(`\u001b[1;33mTESTS WILL BE SKIPPED\u001b[0m: ${reason}`);
  }
  if (process.env.CI === 'true') {
    throw new SetupError('With CI=true every test must run.');
  }
}
