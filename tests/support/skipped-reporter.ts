import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end which tests did not run and how many: a skip is never silent. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap(module =>
      [...module.children.allTests('skipped')].map(test => `${module.relativeModuleId}: ${test.fullName}`),
    );
    process.stdout.write([`${names.length} tests skipped`, ...names.map(name => `  ${name}`), ''].join('\n'));
  }
}
