import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeToOthers } from '../../../services/local/data-folder/close-to-others.ts';
import { newFolder, removeFolders } from '../support/machine.ts';

afterEach(removeFolders);

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('takes the rights of others from our files and folders, and leaves those of the owner', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'sqs'));
  const modes = {
    sqs: 0o755,
    'sqs/fauxqs.db': 0o644,
    'owner.lock': 0o666,
    'runtime.json': 0o440,
    ring: 0o600,
  };
  for (const [name, mode] of Object.entries(modes)) {
    if (name !== 'sqs') writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), mode);
  }
  closeToOthers(folder);
  const closed = Object.keys(modes).map((name) => [name, modeOf(join(folder, name))]);
  expect(Object.fromEntries(closed)).toEqual({
    sqs: '700',
    'sqs/fauxqs.db': '600',
    'owner.lock': '600',
    'runtime.json': '400',
    ring: '600',
  });
});

test('leaves the files of the user, and what a link names', () => {
  const [folder, elsewhere] = [newFolder(), newFolder()];
  for (const path of [join(folder, 'notes.txt'), join(elsewhere, 'kept')]) {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
  }
  symlinkSync(join(elsewhere, 'kept'), join(folder, 'ring'));
  closeToOthers(folder);
  expect([modeOf(join(folder, 'notes.txt')), modeOf(join(elsewhere, 'kept'))]).toEqual(['644', '644']);
});
