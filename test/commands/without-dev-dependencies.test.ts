import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

let folder: string;
/** Runs npm as a user does, with the Node of the system: npm added the packages' own commands to the path of this process. */
const npm = (...args: string[]) => {
  const PATH = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((each) => !each.includes('node_modules') && !each.includes('node-gyp-bin'))
    .join(delimiter);
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, HOME: folder, npm_config_cache: process.env['npm_config_cache'] },
  });
  return { status, text: stdout + stderr };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oura-sync-production-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  execFileSync('tar', ['--null', '-cf', join(folder, 'files.tar'), '-T', '-'], { cwd: ROOT, input: files });
  execFileSync('tar', ['-xf', 'files.tar'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every command but the deployment works after npm ci --omit=dev', () => {
  expect(npm('ci', '--omit=dev')).toMatchObject({ status: 0 });
  const start = npm('start', '--', '--once', '--days', '3');
  expect(start).toEqual({ status: 0, text: expect.stringContaining('3 nights written') });
  const commands = [
    ['status'],
    ['gaps'],
    ['doctor'],
    ['failures'],
    ['insights'],
    ['--silent', 'features'],
    ['export', '--', '--format', 'parquet', '--out', 'nights.parquet'],
    ['backfill', '--', '--from', '2026-01-01', '--to', '2026-01-05'],
    ['workouts', '--', '--help'],
    ['redrive', '--', '--help'],
    ['connect', '--', '--help'],
    ['dashboard', '--', '--help'],
  ];
  for (const command of commands)
    expect([command, npm('run', ...command)]).toMatchObject([command, { status: 0 }]);
});
