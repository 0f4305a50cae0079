require('./local/loopbackWithoutProxy.cjs');
const { findChromium } = require('./tests/support/findChromium.cjs');

/** `npm test` says so when there is no browser. */
const withoutBrowser = findChromium() === null ? ['/integration/dashboard'] : [];

const toCommonJs = (syntax) => [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax } }, module: { type: 'commonjs' } },
];

const shared = {
  transform: {
    '^.+\\.ts$': toCommonJs('typescript'),
    // These libraries are ES modules only.
    '/node_modules/(hyparquet[^/]*|jose)/.+\\.js$': toCommonJs('ecmascript'),
  },
  transformIgnorePatterns: ['/node_modules/(?!hyparquet|jose/)'],
  // Tests run in a vm, where globals are slow to look up, but not these: a quarter of the time of the longest suites.
  sandboxInjectedGlobals: [
    'Array',
    'BigInt',
    'Date',
    'Error',
    'Infinity',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Promise',
    'Set',
    'String',
    'Symbol',
    'Uint8Array',
    'setImmediate',
  ],
  setupFiles: ['<rootDir>/tests/support/fastCheckSeed.cjs'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/'],
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/tests/integration/'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/tests/integration/**/*.test.ts'],
      testPathIgnorePatterns: withoutBrowser,
      globalSetup: '<rootDir>/tests/support/buildOnce.cjs',
    },
  ],
  testSequencer: '<rootDir>/tests/support/longestFirst.cjs',
  // One more than the cores: many of the longest suites mostly wait.
  maxWorkers: 3,
  testTimeout: 180_000,
};
