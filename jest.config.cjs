require('./local/loopbackWithoutProxy.cjs');

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
  // Tests run in a vm, where globals are slow to look up; the planner of calls and its codec look these up all the time.
  sandboxInjectedGlobals: ['Math', 'Number'],
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
      globalSetup: '<rootDir>/tests/support/buildOnce.cjs',
    },
  ],
  // One more than the cores: the longest suites mostly wait.
  maxWorkers: 3,
  testTimeout: 180_000,
};
