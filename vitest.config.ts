import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/crash/**', 'node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // One process for all files: starting Node per file costs more than the tests.
    isolate: false,
    pool: 'forks',
    reporters: ['default', './tests/support/skipped-reporter.ts'],
  },
});
