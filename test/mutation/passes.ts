/** Files to mutate, and the tests that must notice: each mutant runs those of them that import its file. */
export interface Pass {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

export const PASSES: readonly Pass[] = [
  {
    mutate: ['shared/core/**/*.ts', 'shared/oura/api/fetch-windows.ts', 'services/summary/summarize.ts'],
    tests: [
      'test/core/**/*.test.ts',
      'test/oura/api/fetch-windows*.test.ts',
      'test/summary/summarize.test.ts',
    ],
  },
  // Apart from the others: these tests start the local services, which import most of shared/core, and would run again for
  // each of its mutants.
  {
    mutate: ['services/local/emulators/message-move.ts'],
    tests: ['test/local/emulators/message-move.test.ts'],
  },
];
