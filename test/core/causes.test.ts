import { readFileSync } from 'node:fs';
import { CAUSES, causeRemedy, causeSentence, explainCause, findCause } from '../../shared/core/causes.ts';

const [RETRIED, FINAL] = [true, false];
const [ENDS_BATCH, DATE_ONLY] = [true, false];

test.each([
  ['OuraUnavailable', RETRIED, DATE_ONLY, null],
  ['OuraRateLimited', RETRIED, ENDS_BATCH, null],
  ['RateBudgetSpent', RETRIED, ENDS_BATCH, null],
  ['TokenRefreshFailed', RETRIED, ENDS_BATCH, null],
  ['CredentialsRejected', FINAL, ENDS_BATCH, 'restore-access'],
  ['AccessForbidden', FINAL, ENDS_BATCH, 'restore-access'],
  ['ApiKeyMissing', FINAL, ENDS_BATCH, 'restore-access'],
  ['ReconnectNeeded', FINAL, ENDS_BATCH, 'reconnect'],
  ['OuraRejected', FINAL, DATE_ONLY, null],
  ['InvalidRecord', FINAL, DATE_ONLY, null],
  ['NightContended', RETRIED, DATE_ONLY, null],
  ['TableThrottled', RETRIED, DATE_ONLY, null],
  ['EnvironmentInvalid', FINAL, ENDS_BATCH, null],
  ['MalformedMessage', FINAL, DATE_ONLY, null],
  ['DatesNotQueued', RETRIED, DATE_ONLY, null],
  ['RunInputInvalid', FINAL, DATE_ONLY, 'correct-input'],
  ['WorkerCrashed', FINAL, DATE_ONLY, null],
  ['States.Timeout', RETRIED, DATE_ONLY, null],
])('%s: retryable %p, ends the batch %p, action %p', (name, retryable, endsBatch, action) => {
  expect(findCause(name)).toMatchObject({ retryable, endsBatch, action });
});

test('only a spent budget shortens windows', () => {
  const names = Object.keys(CAUSES);
  expect(names.filter((name) => findCause(name)?.shortensWindows)).toEqual(['RateBudgetSpent']);
  expect(names).toHaveLength(18);
});

test('every cause has its own sentence and remedy, without a full stop', () => {
  const causes = Object.values(CAUSES);
  for (const { sentence, remedy } of causes) {
    expect(sentence).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z{].*[^.]$/);
  }
  expect(new Set(causes.map(({ sentence }) => sentence)).size).toBe(causes.length);
});

test('a remedy names the commands of package.json, written for its reader', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const name of Object.keys(CAUSES)) {
    causeRemedy(name, (script) => {
      expect(scripts).toHaveProperty([script]);
      return script;
    });
  }
  expect(causeRemedy('ReconnectNeeded')).toBe('Run npm run connect');
  expect(explainCause('ReconnectNeeded', (script) => `npm run ${script} -- --aws`)).toBe(
    'Oura no longer accepts the connection: reconnect needed. Run npm run connect -- --aws.',
  );
});

test('names an error of another origin, without a remedy', () => {
  expect(explainCause('AccessDeniedException')).toBe('Unexpected error AccessDeniedException: see the log.');
  expect(causeRemedy('AccessDeniedException')).toBeUndefined();
  for (const name of ['toString', null, undefined]) expect(findCause(name)).toBeUndefined();
});

test('the runbook lists every cause with its sentence and remedy', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  for (const name of Object.keys(CAUSES)) {
    const command = (script: string) => `\`npm run ${script} -- --aws\``;
    expect(runbook).toContain(`| \`${name}\` | ${causeSentence(name)} | ${causeRemedy(name, command)} |`);
  }
});
