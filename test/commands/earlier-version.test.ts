import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, nightsIn, runCommand } from '../helpers/command.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'data-folder-0.1');
const START = ['start', '--once', '--now', '2026-03-09T13:40:00-07:00', '--days', '2'];
const COPIED =
  'Tables    copied to dynamodb.sqlite from an earlier version: dynamodb.before-0.3 is kept until a run';

const dataDir = freshDataFolder();

test('start names the tables that it keeps of an earlier version until a run succeeds, and shows the same nights', async () => {
  cpSync(FIXTURE, dataDir.path, { recursive: true });
  const kept = () => existsSync(join(dataDir.path, 'dynamodb.before-0.3'));
  const down = ['--ring', 'down', '--retry-base', '0.1', '--again'];
  const failed = await runCommand([...START, ...down, ...dataDir.option]);
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining(COPIED) });
  expect(kept()).toBe(true);
  const nights = await nightsIn(dataDir);
  expect(nights.map(({ date }: { date: string }) => date)).toEqual(['2026-03-08', '2026-03-09']);

  const succeeded = await runCommand([...START, ...dataDir.option]);
  expect(succeeded).toMatchObject({ code: 0, stdout: expect.stringContaining(COPIED) });
  expect(kept()).toBe(false);
  expect(await nightsIn(dataDir)).toEqual(nights);

  expect((await runCommand([...START, ...dataDir.option])).stdout).not.toContain('Tables');
});
