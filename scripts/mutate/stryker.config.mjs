/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'in-process',
  plugins: ['./scripts/mutate/runner.mjs'],
  mutate: ['src/kernel/**/*.ts'],
  coverageAnalysis: 'perTest',
  // What is only evaluated while a module loads are tables of names, options and defaults. Each such mutant would need a
  // process of its own.
  ignoreStatic: true,
  ignorePatterns: ['dist', 'coverage', '/lessons', '/public', '/test/browser', '/test/ui'],
  // Types are taken away unread, so no comment is needed that keeps them from being checked.
  disableTypeChecks: false,
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker/incremental.json',
  tempDirName: '.stryker-tmp',
  concurrency: 1,
  dryRunTimeoutMinutes: 60,
  // Beyond what the tests of the file take without the mutant: a loop without end is found in that time.
  timeoutMS: 90_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/stryker/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
}
