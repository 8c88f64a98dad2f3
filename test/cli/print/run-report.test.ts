import { runReport } from '../../../services/cli/print/run-report.ts';
import type { Run } from '../../../shared/core/ledger.ts';
import { runOf } from '../../helpers/run.ts';

const failedRun = { run_id: 'run-1', cause: 'ReconnectNeeded', finished_at: '2026-03-10T19:00:00.000Z' };
const none = { pending: [], stored: [], unchanged: [], no_data: [], not_over: [], failed: [], remarks: [] };

test.each([
  [{ dataDir: '.data' }, 'npm run connect'],
  [{ dataDir: '.data', aws: true }, 'npm run connect -- --aws'],
  [{ dataDir: '.data', aws: true, stack: 'Mine' }, 'npm run connect -- --aws --stack Mine'],
  [{ dataDir: 'my nights' }, "npm run connect -- --data-dir 'my nights'"],
])('reports a failed connection in one line with the command to run: %j', (target, command) => {
  const run = { ...failedRun, ...none, trigger: 'manual', started_at: '2026-03-10T19:00:00.000Z' };
  expect(runReport(run as unknown as Run, new Map(), target)).toEqual([
    `Run run-1 failed before it requested anything: Oura no longer accepts the connection: reconnect needed. Run ${command}.`,
  ]);
});

test('counts and names the dates that are not over, apart from those without data', () => {
  const run = runOf({ run_id: 'run-1', stored: ['2026-03-09'], not_over: ['2026-03-10', '2026-03-11'] });
  const [line] = runReport(run, new Map(), { dataDir: '.data' });
  expect(line).toContain(
    '1 night written, 0 unchanged, 0 without data, 2 not over yet (2026-03-10, 2026-03-11), 0 failed,',
  );
});

test('reports records without a day', () => {
  const remarks = ['Invalid sleep record: day must be a date YYYY-MM-DD'];
  const lines = runReport(runOf({ stored: ['2026-03-09'], remarks }), new Map(), { dataDir: '.data' });
  expect(lines[1]).toBe(
    'Oura sent records without a day, which are in no night. Invalid sleep record: day must be a date YYYY-MM-DD.',
  );
});

test('says that there was nothing to do only if the run requested no date', () => {
  const lines = (not_over: string[]) => runReport(runOf({ not_over }), new Map(), { dataDir: '.data' });
  expect(lines([])).toEqual([expect.stringContaining('Nothing to do')]);
  expect(lines(['2026-03-10'])).toEqual([expect.stringContaining('1 not over yet')]);
});
