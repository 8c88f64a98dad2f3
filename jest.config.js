// The settings of the developer's own stack must not change the tests.
process.env.OURA_SYNC_SETTINGS = `${import.meta.dirname}/test/fixtures/no-settings.json`;

/** @type {import('jest').Config} */
export default {
  // Run as native ES modules (docs/decisions/0003): half the dependencies ship nothing else.
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These have scripts of their own: npm run test:acceptance, test:commands, test:reliability, test:bundles, test:browser.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/acceptance/',
    '<rootDir>/test/commands/',
    '<rootDir>/test/reliability/',
    '<rootDir>/test/bundles/',
    '<rootDir>/test/browser/',
  ],
  // CI has two cores.
  maxWorkers: 2,
  // Ends a test that hangs. A slow or busy machine takes several times as long as a quiet one.
  testTimeout: 120_000,
};
