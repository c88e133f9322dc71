import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests on a cluster wait more than they compute; each file brings its own cluster up, and one takes about 1 GB. */
const CLUSTERS_AT_ONCE = 2;

/** Tests that need nothing but Node and this checkout; those on the real cluster and in the browser are projects of their own. */
export default defineConfig({
  test: {
    reporters: ['default', './test/line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts'],
          testTimeout: 20_000,
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/**/*.test.ts'],
          exclude: process.env.JUHUB_FAULTS === 'all' ? [] : ['test/faults/whole/**'],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          maxWorkers: CLUSTERS_AT_ONCE,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
