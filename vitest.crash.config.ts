import { defineConfig } from 'vitest/config';

/** The crash sweep: processes that are killed, one after the other; it takes minutes to an hour. */
export default defineConfig({
  test: {
    include: ['tests/crash/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default', './tests/support/skipped-reporter.ts'],
  },
});
