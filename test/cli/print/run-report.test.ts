import { runReport } from '../../../services/cli/print/run-report.ts';
import type { Run } from '../../../shared/core/ledger.ts';

const failedRun = { run_id: 'run-1', cause: 'ReconnectNeeded', finished_at: '2026-03-10T19:00:00.000Z' };
const none = { pending: [], stored: [], unchanged: [], no_data: [], failed: [] };

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
