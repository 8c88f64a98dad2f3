import { globSync } from 'node:fs';

/** Files to mutate, and the tests that must notice: each mutant runs those of them that import its file. */
export interface Pass {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/** Each of these files is in a pass. */
const FILES = [
  'shared/core/**/*.ts',
  'shared/oura/api/fetch-windows.ts',
  'services/summary/summarize.ts',
  'services/local/emulators/message-move.ts',
];

const coreFiles = (...names: string[]): string[] => names.map((name) => `shared/core/${name}.ts`);
const coreTests = (...names: string[]): string[] => names.map((name) => `test/core/${name}.test.ts`);
/** Each of these files has a test of its own name. */
const tested = (...names: string[]): Pass => ({ mutate: coreFiles(...names), tests: coreTests(...names) });

// Several passes, because nearly every test imports day.ts or errors.ts: all tests for each mutant of these would take hours.
// For the same reason the properties of nights and schedules are left out; fewer tests can only lower the score.
// No pass has error-classes.test.ts. It reads the text of the sources, and Stryker rewrites that.
const passes: readonly Pass[] = [
  tested('canonical-json', 'chunks', 'clock', 'day', 'env', 'loopback', 'retry-delay', 'text', 'wall-time'),
  tested(
    'collections',
    'deployment',
    'freshness',
    'messages',
    'metrics',
    'names',
    'quick-validation',
    'sleep-record',
    'stored-values',
    'webhook-events',
    'workout-set',
  ),
  {
    mutate: coreFiles('ledger'),
    tests: [...coreTests('ledger'), 'test/aws/store/day-states.test.ts', 'test/summary/summarize.test.ts'],
  },
  tested('choose-dates', 'date-range', 'recheck-schedule'),
  tested('read-workout-set', 'share-concurrent', 'sleep-measures', 'system-reason', 'units'),
  // The last two hold only types, so they have no tests and no mutants.
  tested('causes', 'errors', 'log', 'metric-sink'),
  tested('night/content-hash', 'night/explain-gap', 'night/sleeper-day', 'night/wake-up-time'),
  {
    mutate: coreFiles(
      'night/assemble-night',
      'night/complete-night',
      'night/last-document',
      'night/oura-records',
      'night/parse-fields',
      'night/period-series',
      'night/remarks',
      'night/sleep-periods',
      'night/stored-night',
      'night/withdrawn-periods',
    ),
    tests: coreTests(
      'night/assemble-night',
      'night/complete-night',
      'night/last-document',
      'night/oura-records',
      'night/period-series',
      'night/sleep-periods',
      'night/stored-night',
      'night/withdrawn-periods',
    ),
  },
  {
    // Small files, tested where they are used.
    mutate: coreFiles('day-schema', 'metric-values', 'same-secret', 'show-instant', 'weight'),
    tests: [
      ...coreTests('day', 'units', 'workout-set'),
      'test/insights/effects/evaluate-pairs.test.ts',
      'test/insights/effects/sentence.test.ts',
      'test/insights/rare-nights/describe.test.ts',
      'test/operations/status/sync-state.test.ts',
      'test/receiver/receiver.test.ts',
    ],
  },
  { mutate: ['shared/core/schedule/*.ts'], tests: coreTests('schedule/schedule') },
  { mutate: ['shared/oura/api/fetch-windows.ts'], tests: ['test/oura/api/fetch-windows.test.ts'] },
  { mutate: ['services/summary/summarize.ts'], tests: ['test/summary/summarize.test.ts'] },
  {
    mutate: ['services/local/emulators/message-move.ts'],
    tests: ['test/local/emulators/message-move.test.ts'],
  },
];

/** @throws Error if a file is in no pass, or in two */
export const findPasses = (): readonly Pass[] => {
  const inPasses = passes.flatMap(({ mutate }) => globSync([...mutate])).sort();
  const files = globSync(FILES).sort();
  const wrong = [...files, ...inPasses].filter(
    (file) => !files.includes(file) || inPasses.filter((each) => each === file).length !== 1,
  );
  if (wrong.length > 0) throw new Error(`Put ${[...new Set(wrong)].join(', ')} into one pass of passes.ts`);
  return passes;
};
