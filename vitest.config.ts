import { defineConfig } from 'vitest/config';

const EXTENDED = 'test/**/*.extended.test.ts';

/** Two projects, told apart by the name of a file: `quick` is `npm test`, and `extended` is the rest. */
export default defineConfig({
  test: {
    reporters: ['default', './test/count-reporter.ts'],
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ['./test/equal-bytes.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Half of the time goes into waiting: for processes, sockets and timers.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: [EXTENDED] } },
      { extends: true, test: { name: 'extended', include: [EXTENDED] } },
    ],
  },
});
