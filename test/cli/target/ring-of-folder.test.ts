import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkRingOfFolder,
  noteRingOfFolder,
  type RingKind,
  ringOfFolder,
} from '../../../services/cli/target/ring-of-folder.ts';
import { freshDataFolder, runCommand } from '../../helpers/command.ts';

const dataDir = freshDataFolder();

test.each<RingKind>(['simulated', 'real'])('a new folder takes a %s ring, and keeps to it', async (kind) => {
  await checkRingOfFolder(dataDir.path, kind);
  await mkdir(dataDir.path);
  noteRingOfFolder(dataDir.path, kind);
  await checkRingOfFolder(dataDir.path, kind);
});

test.each<[RingKind, RingKind, RegExp]>([
  ['simulated', 'real', /simulated ring.*--data-dir/],
  ['real', 'simulated', /real ring.*OURA_API_KEY.*--data-dir/],
])('a folder of a %s ring is refused to a %s one', async (held, asked, sentence) => {
  await mkdir(dataDir.path);
  noteRingOfFolder(dataDir.path, held);
  await expect(checkRingOfFolder(dataDir.path, asked)).rejects.toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(sentence) }),
  );
});

describe('a folder whose note is torn or lost', () => {
  const now = ['--now', '2026-03-10T12:00:00-07:00'];
  const note = () => join(dataDir.path, 'ring');

  test('takes the ring from its nights, and writes the note again', async () => {
    expect((await runCommand(['start', '--once', '--days', '1', ...now, ...dataDir.option])).code).toBe(0);
    for (const torn of ['', 'simul', undefined]) {
      if (torn === undefined) await rm(note());
      else await writeFile(note(), torn);
      expect(ringOfFolder(dataDir.path)).toBe('unknown');
      await expect(checkRingOfFolder(dataDir.path, 'real')).rejects.toThrow(/belongs to a simulated ring/);
      expect(ringOfFolder(dataDir.path)).toBe('simulated');
    }
    await writeFile(note(), '');
    await checkRingOfFolder(dataDir.path, 'simulated');
  });

  test('takes any ring while it holds no nights', async () => {
    await mkdir(dataDir.path);
    await writeFile(note(), '');
    for (const kind of ['real', 'simulated'] as const) await checkRingOfFolder(dataDir.path, kind);
    expect(ringOfFolder(dataDir.path)).toBe('unknown');
  });
});

test('no advice about a folder of another ring says to delete it', async () => {
  await mkdir(dataDir.path);
  noteRingOfFolder(dataDir.path, 'simulated');
  await expect(checkRingOfFolder(dataDir.path, 'real')).rejects.not.toThrow(/delete/);
});
