import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { freshDataFolder, runCommand } from '../helpers/command.ts';

const dataDir = freshDataFolder();
const gaps = (...args: string[]) => runCommand(['gaps', ...args, ...dataDir.option]);
const start = (...args: string[]) => runCommand(['start', '--once', ...args, ...dataDir.option]);

test('prints no gaps if every date has a night, and one line for dates that were not requested', async () => {
  await start('--days', '3');
  expect(await gaps()).toMatchObject({ code: 0, stdout: 'No gaps: every date that is over has a night.\n' });
  const { stdout } = await gaps('--from', '1926-01-01', '--to', '2025-12-31');
  expect(stdout).toContain('1926-01-01 to 2025-12-31');
  expect(stdout).toMatch(/^36525 dates without a night: 36525 not requested yet\.$/m);
});

test('lists the dates after the last night, and says that nothing has succeeded since', async () => {
  await start('--from', '2026-03-01', '--to', '2026-03-03', '--now', '2026-03-10T12:00:00-07:00');
  const { stdout } = await gaps();
  expect(stdout).toMatch(/2026-03-04 to \S+ +│ not requested yet │ – /);
  expect(stdout).toMatch(/^No run has succeeded for \d+ days, since 2026-03-10 12:00 [^\n]* Run npm start /m);
});

test('the command that gaps prints requests the dates, also on the day of the last check', async () => {
  // Older than the look-back, and not settled: the app was not opened.
  const range = ['--from', '2026-02-01', '--to', '2026-02-28'];
  const now = ['--now', '2026-03-10T12:00:00-07:00'];
  await runCommand(['backfill', ...range, ...now, '--ring', 'forgetful', ...dataDir.option]);
  const { stdout } = await gaps('--to', '2026-02-28', '--format', 'json');
  const advice = (JSON.parse(stdout) as { next: string; settled: boolean }[]).filter((gap) => !gap.settled);
  expect(advice.length).toBeGreaterThan(0);
  for (const { next } of advice) {
    const [, args = ''] = /to request it again, run npm run backfill -- (.*)$/.exec(next) ?? [];
    const asked = await runCommand(['backfill', ...args.split(' '), ...now]);
    expect(asked.stdout).toMatch(/^1 of 1 date finished: /m);
  }
});

test('does not call an empty folder complete', async () => {
  const ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: systemClock,
    apiKey: 'hers',
  });
  const env = { OURA_API_BASE_URL: ring.url, OURA_API_KEY: 'rejected' };
  await runCommand(['start', '--once', '--days', '1', ...dataDir.option], env).finally(() => ring.stop());
  const { code, stdout } = await gaps();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^No date is known yet\. To request the last nights, run npm run connect .*; then run npm start /,
  );
  expect(stdout).toMatch(/^Oura rejects the credentials: reconnect needed \(since .*Run npm run connect/m);
});

test('rejects dates in the future', async () => {
  await start('--days', '1');
  for (const range of [
    ['--from', '2099-01-01'],
    ['--to', '2099-01-01'],
  ]) {
    const refused = await gaps(...range);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^[^\n]*2099-01-01 is in the future: today is \S+\.\n$/);
  }
});
