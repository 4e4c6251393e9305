/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'in-process',
  plugins: ['./scripts/mutate/runner.mjs'],
  mutate: ['src/kernel/**/*.ts'],
  coverageAnalysis: 'perTest',
  // What is evaluated while a module loads is a table of names, options and defaults: see README.md of src/kernel.
  ignoreStatic: true,
  ignorePatterns: ['dist', 'coverage', '/lessons', '/public', '/test/browser', '/test/ui'],
  // The rebuilt package of a mutant is never type-checked: nothing but the tests judges it.
  disableTypeChecks: false,
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker/incremental.json',
  tempDirName: '.stryker-tmp',
  concurrency: 1,
  dryRunTimeoutMinutes: 60,
  timeoutMS: 600_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/stryker/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
}
