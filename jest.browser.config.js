import base from './jest.config.js';

/** The page in a real Chromium, on the real pipeline. `npm run test:browser` finds the browser and sets CHROMIUM_PATH. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A browser and a pipeline in each: one after the other, so that what is measured is the page's own time.
  maxWorkers: 1,
  testTimeout: 300_000,
};
