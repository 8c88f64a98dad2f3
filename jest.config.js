/** @type {import('jest').Config} */
export default {
  // Run as native ES modules (docs/decisions/0003): half the dependencies ship nothing else.
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These have scripts of their own: npm run test:commands, test:reliability, test:bundles, test:browser.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/commands/',
    '<rootDir>/test/reliability/',
    '<rootDir>/test/bundles/',
    '<rootDir>/test/browser/',
  ],
  // The two cores also run the child processes of test/acceptance.
  maxWorkers: 2,
  testTimeout: 30_000,
};
