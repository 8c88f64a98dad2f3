import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, nightsIn, runCommand } from '../helpers/command.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'data-folder-0.1');
const START = ['start', '--once', '--now', '2026-03-09T13:40:00-07:00', '--days', '2'];

const dataDir = freshDataFolder();

test('start keeps the tables of an earlier version until a run succeeds, and shows the same nights', async () => {
  cpSync(FIXTURE, dataDir.path, { recursive: true });
  const kept = () => existsSync(join(dataDir.path, 'dynamodb.before-0.3'));
  const down = ['--ring', 'down', '--retry-base', '0.1', '--again'];
  expect((await runCommand([...START, ...down, ...dataDir.option])).code).toBe(1);
  expect(kept()).toBe(true);
  const nights = await nightsIn(dataDir);
  expect(nights.map(({ date }: { date: string }) => date)).toEqual(['2026-03-08', '2026-03-09']);

  expect((await runCommand([...START, ...dataDir.option])).code).toBe(0);
  expect(kept()).toBe(false);
  expect(await nightsIn(dataDir)).toEqual(nights);
});
