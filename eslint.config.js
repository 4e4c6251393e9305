import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** No string may become HTML or code, anywhere. */
const noRawHtml = [
  { property: 'innerHTML', message: 'A string must not become HTML: build elements, or let Svelte.' },
  { property: 'outerHTML', message: 'A string must not become HTML: build elements, or let Svelte.' },
  {
    property: 'insertAdjacentHTML',
    message: 'A string must not become HTML: build elements, or let Svelte.',
  },
]

/** Time and chance are handed to the engine: same lab, same commands, same trace. */
const handedIn = 'The engine gets time and chance from the lab.'
/** The last bits of these differ between JavaScript engines, and so would the trace. */
const inexact = 'Its last bits differ between JavaScript engines.'
const nothingOutside = 'The engine runs in Node, a worker and a page alike, so it uses none of them.'

const engineGlobals = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'crypto'].map(
    (name) => ({
      name,
      message: handedIn,
    }),
  ),
  ...[
    'document',
    'window',
    'self',
    'globalThis',
    'navigator',
    'location',
    'localStorage',
    'fetch',
    'console',
  ].map((name) => ({ name, message: nothingOutside })),
  ...['process', 'Buffer', 'require'].map((name) => ({ name, message: nothingOutside })),
]

const engineProperties = [
  { object: 'Math', property: 'random', message: handedIn },
  ...[
    'sin',
    'cos',
    'tan',
    'exp',
    'expm1',
    'log',
    'log2',
    'log10',
    'log1p',
    'pow',
    'cbrt',
    'sinh',
    'cosh',
    'tanh',
  ].map((property) => ({ object: 'Math', property, message: inexact })),
]

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'node_modules/']),
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // TypeScript knows better what is defined.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
      'no-restricted-properties': ['error', ...noRawHtml],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A function may be async because its interface is.
      '@typescript-eslint/require-await': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      // What a lab holds is replaced, never mutated in place ($state.raw): a plain Map is meant.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // tsc checks these too, but the typed rules do not see a cast that is written in a comment.
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.disableTypeChecked],
  },
  {
    files: ['src/{wire,kernel,userspace,lab}/**/*.ts'],
    ignores: ['src/lab/worker.ts', 'src/lab/client.ts', 'src/lab/main-client.ts', 'src/lab/start-worker.ts'],
    rules: {
      'no-restricted-globals': ['error', ...engineGlobals],
      'no-restricted-properties': ['error', ...noRawHtml, ...engineProperties],
    },
  },
)
