import base from './jest.config.js';

/** Whole pipelines against the simulated ring, most of them in processes of their own. `npm run test:acceptance`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/acceptance/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
