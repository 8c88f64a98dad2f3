import base from './jest.config.js';

/** The exact bundles under AWS's own runtime client; started by test/bundles/run.ts, which prepares both. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/bundles/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
