import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line that people and machines read alike: `N passed, N failed, N skipped`. */
export default class LineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A file that does not load has no tests to fail; it counts as one failure all the same.
      counts.failed += module.state() === 'failed' && [...module.children.allTests('failed')].length === 0 ? 1 : 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
