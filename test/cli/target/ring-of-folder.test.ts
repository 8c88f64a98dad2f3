import { mkdir } from 'node:fs/promises';
import {
  checkRingOfFolder,
  noteRingOfFolder,
  type RingKind,
} from '../../../services/cli/target/ring-of-folder.ts';
import { freshDataFolder } from '../../helpers/command.ts';

const dataDir = freshDataFolder();

test.each<RingKind>(['simulated', 'real'])('a new folder takes a %s ring, and keeps to it', async (kind) => {
  checkRingOfFolder(dataDir.path, kind);
  await mkdir(dataDir.path);
  noteRingOfFolder(dataDir.path, kind);
  checkRingOfFolder(dataDir.path, kind);
});

test.each<[RingKind, RingKind, RegExp]>([
  ['simulated', 'real', /simulated ring.*--data-dir/],
  ['real', 'simulated', /real ring.*OURA_API_KEY.*--data-dir/],
])('a folder of a %s ring is refused to a %s one', async (held, asked, sentence) => {
  await mkdir(dataDir.path);
  noteRingOfFolder(dataDir.path, held);
  expect(() => checkRingOfFolder(dataDir.path, asked)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(sentence) }),
  );
});
