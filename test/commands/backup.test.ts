import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, nightsIn, runCommand, startCommand } from '../helpers/command.ts';

const dataDir = freshDataFolder();
const copy = freshDataFolder();

test('backs up a folder while npm start serves it, and restores it elsewhere', async () => {
  const out = `${dataDir.path}.tgz`;
  const backup = (...args: string[]) => runCommand(['backup', '--out', out, ...args, ...dataDir.option]);
  const restore = (...args: string[]) => runCommand(['restore', '--from', out, ...args]);

  expect(await backup()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm start has not run in'),
  });
  const zone = ['--time-zone', 'Asia/Kolkata'];
  const served = startCommand([
    'start',
    ...zone,
    '--port',
    '0',
    '--page-port',
    '0',
    '--days',
    '3',
    ...dataDir.option,
  ]);
  await served.printed('Next sync');
  const nights = await nightsIn(dataDir);
  expect(nights.length).toBeGreaterThan(1);
  const made = await backup();
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toBe(
    `Wrote ${out} (${Math.ceil(statSync(out).size / 1000)} kB), and checked that it can be restored.\n` +
      `To restore it, run npm run restore -- --from ${out} --data-dir DIR.\n`,
  );
  served.process.kill('SIGTERM');
  await served.ended;
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(await backup()).toMatchObject({
    code: 2,
    stderr: `The file ${out} exists already: choose another name, or add --force to replace it.\n`,
  });
  expect(await backup('--force')).toMatchObject({ code: 0 });

  expect(await restore(...dataDir.option)).toMatchObject({
    code: 2,
    stderr: `The data folder ${dataDir.path} cannot be used: it is not empty, and a backup needs a new or empty folder.\n`,
  });
  const restored = await restore(...copy.option);
  expect(restored).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Restored the backup of \d{4}-\d\d-\d\d \d\d:\d\d Asia\/Kolkata \(version /,
    ),
  });
  expect(await nightsIn(copy)).toEqual(nights);

  writeFileSync(out, readFileSync(out).subarray(0, 5000));
  expect(await restore('--data-dir', `${copy.path}-2`)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^.*\.tgz is not a backup that can be restored: .*\.\n$/),
  });
  expect(readdirSync(join(copy.path, '..'))).toEqual(['data']);
});
