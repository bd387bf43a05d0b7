import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/crash/**', '**/node_modules/**'],
    // Only for what hangs: journeys start several processes, on machines that do other things as well.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One process for all files: starting Node per file costs more than the tests.
    isolate: false,
    pool: 'forks',
    reporters: ['default', './tests/support/skipped-reporter.ts'],
  },
});
