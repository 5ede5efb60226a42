import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const EXTENDED = 'test/**/*.extended.test.ts';
const MOCKED = 'test/**/*.mocked.test.ts';

/**
 * Three projects, told apart by the name of a file. `npm test` is `quick` and `mocked`, and `npm run test:all` is
 * `extended`.
 *
 * Most quick files take a few milliseconds: a worker takes one after the other, and loads once what they share. A file
 * that stands in for a module, a clock or a timer has a worker of its own.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/count-reporter.ts'],
    // No judgement: long enough for a machine that has ten times as much to do as it can.
    expect: { poll: { timeout: 120_000 } },
    setupFiles: ['./test/equal-bytes.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    // Half of the time goes into waiting: for processes, sockets and timers.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [EXTENDED, MOCKED],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'mocked', include: [MOCKED] } },
      {
        extends: true,
        test: {
          name: 'extended',
          include: [EXTENDED],
          testTimeout: 900_000, // some compute for half a minute where nothing else runs
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
