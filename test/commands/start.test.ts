import { freshDataFolder, nightsIn, runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';

const AT_NOON = ['--now', '2026-03-10T12:00:00-07:00'];

const dataDir = freshDataFolder();

test('syncs a range including both ends, and export can select part of it', async () => {
  const range = ['--from', '2026-02-01', '--to', '2026-02-05'];
  expect((await runCommand(['start', '--once', ...AT_NOON, ...range, ...dataDir.option])).code).toBe(0);
  expect(await nightsIn(dataDir)).toHaveLength(5);
  const part = await nightsIn(dataDir, '--from', '2026-02-02', '--to', '2026-02-03');
  expect(part.map(({ date }: { date: string }) => date)).toEqual(['2026-02-02', '2026-02-03']);
});

test('splits a range of more than 1,300 dates into successive runs, as a backfill does', async () => {
  const args = [
    'start',
    '--once',
    ...AT_NOON,
    '--from',
    '2022-08-01',
    '--to',
    '2026-02-28',
    ...dataDir.option,
  ];
  const { code, stdout, stderr } = await runCommand(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('1308 dates to request from 2022-08-01 to 2026-02-28, the newest 1300 first.');
  expect(stdout).toContain('1308 of 1308 dates finished');
  expect(await nightsIn(dataDir)).toHaveLength(1308);
});

test('the same seed gives the same nights, another seed gives different ones', async () => {
  const hashes: string[] = [];
  for (const seed of ['7', '7', '8']) {
    const own = await temporaryDataDir();
    await runCommand(['start', '--once', ...AT_NOON, '--days', '1', '--seed', seed, ...own.option]);
    const { stdout } = await runCommand(['export', ...own.option]);
    hashes.push(JSON.parse(stdout)[0].content_hash);
    await own.remove();
  }
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).not.toBe(hashes[0]);
});

test('with --mornings, says that last night is asked for, and the next sync stays the daily one', async () => {
  const started = startCommand(['start', ...AT_NOON, '--mornings', '--page-port', '0', ...dataDir.option]);
  await started.printed('Next sync');
  started.process.kill('SIGINT');
  const { code, stdout } = await started.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Mornings {2}Oura is asked for last night every 15 minutes from your usual wake-up time on$/m,
  );
  expect(stdout).toMatch(/Next sync .*11 Mar.*12:00|Next sync .*2026-03-11 12:00/);
});

test('--mornings needs a process that stays', async () => {
  const { code, stderr } = await runCommand(['start', '--once', '--mornings', ...dataDir.option]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--mornings') });
});

test('a second start names the process that uses the folder, and the ways out', async () => {
  const first = startCommand(['start', ...AT_NOON, '--page-port', '0', ...dataDir.option]);
  await first.printed('Next sync');
  expect(await runCommand(['start', ...AT_NOON, ...dataDir.option])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(
        `^The data folder \\S+ is in use by process ${first.process.pid} \\(.+\\): stop it first, or choose another folder with --data-dir\\.\\n$`,
      ),
    ),
  });
  first.process.kill('SIGINT');
  expect((await first.ended).code).toBe(0);
});

test('as a service, waits while another process uses the folder, then syncs and prints no nights', async () => {
  const first = startCommand(['start', ...AT_NOON, '--page-port', '0', ...dataDir.option]);
  await first.printed('Next sync');
  const service = startCommand(['start', '--as-service', ...AT_NOON, '--page-port', '0', ...dataDir.option]);
  await service.printed(`Waiting. The data folder ${dataDir.path} is in use by process ${first.process.pid}`);
  first.process.kill('SIGTERM');
  expect((await first.ended).stdout).toContain('asleep');
  await service.printed('Next sync');
  service.process.kill('SIGTERM');
  const { code, stdout } = await service.ended;
  expect(code).toBe(0);
  expect(stdout).not.toContain('asleep');
});

describe('the time zone', () => {
  const start = (env: Record<string, string>, ...args: string[]) =>
    runCommand(['start', '--once', '--days', '1', ...args, ...dataDir.option], env);
  const zoneOf = async (...run: Parameters<typeof start>) => {
    const { code, stdout } = await start(...run);
    expect(code).toBe(0);
    return stdout.match(/^Time zone (\S+), /gm);
  };

  test('is that of the machine, is printed once, and stays when the machine moves', async () => {
    expect(await zoneOf({ TZ: 'Europe/Berlin' })).toEqual(['Time zone Europe/Berlin, ']);
    expect(await zoneOf({ TZ: 'Asia/Tokyo' })).toEqual(['Time zone Europe/Berlin, ']);
    const { stdout } = await runCommand(['status', ...dataDir.option], { TZ: 'Asia/Tokyo' });
    expect(stdout).toContain('Europe/Berlin');
  });

  test('is the default of the template on a machine set to UTC, and changes for good by --time-zone', async () => {
    expect(await zoneOf({ TZ: 'UTC' })).toEqual(['Time zone America/Los_Angeles, ']);
    expect(await zoneOf({ TZ: 'UTC' }, '--time-zone', 'Pacific/Auckland')).toEqual([
      'Time zone Pacific/Auckland, ',
    ]);
    expect(await zoneOf({ TZ: 'Europe/Berlin' })).toEqual(['Time zone Pacific/Auckland, ']);
  });

  test.each(['Mars/Olympus', '+05:00', ''])(
    'rejects "%s" in one sentence, with exit code 2',
    async (zone) => {
      const { code, stdout, stderr } = await start({}, '--time-zone', zone);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^[^\n]*--time-zone[^\n]*IANA time zone[^\n]*\n$/);
    },
  );
});
