import base from './jest.config.js';

/** Every command, and the server for assistants, as a user starts them, good input and bad: a process for each. `npm run test:commands`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/commands/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 180_000,
};
