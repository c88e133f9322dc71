import { spawnSync } from 'node:child_process';

/** Runs a script by the real bash and gives back what it printed. */
export function runBash(script: string, options: { cwd?: string; env?: Record<string, string> } = {}): string {
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: options.env ?? { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    timeout: 10_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (status !== 0) {
    throw new Error(`bash ended with ${status}: ${stderr}`);
  }
  return stdout;
}
