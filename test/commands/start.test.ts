import { freshDataFolder, nightsIn, runCommand, temporaryDataDir } from '../helpers/command.ts';

const AT_NOON = ['--now', '2026-03-10T12:00:00-07:00'];

const dataDir = freshDataFolder();

test('syncs a range including both ends, and export can select part of it', async () => {
  const range = ['--from', '2026-02-01', '--to', '2026-02-05'];
  expect((await runCommand(['start', '--once', ...AT_NOON, ...range, ...dataDir.option])).code).toBe(0);
  expect(await nightsIn(dataDir)).toHaveLength(5);
  const part = await nightsIn(dataDir, '--from', '2026-02-02', '--to', '2026-02-03');
  expect(part.map(({ date }: { date: string }) => date)).toEqual(['2026-02-02', '2026-02-03']);
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
