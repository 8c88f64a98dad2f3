import base from './jest.config.js';

/** The reliability suite: real processes, real waits. `npm run test:reliability`; RELIABILITY_SEED=<n> repeats a run. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/reliability/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  reporters: ['default', '<rootDir>/test/reliability/support/figures-reporter.ts'],
  // The storms wait more than they compute.
  maxConcurrency: 4,
  testTimeout: 600_000,
};
