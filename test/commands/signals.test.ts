import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataFolder, temporaryDataDir } from '../helpers/command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const START = ['start', '--', '--days', '1', '--page-port', '0'];

/** `npm start` in a process group of its own, as a terminal or a service manager runs it. */
interface Session {
  readonly npm: ChildProcess;
  readonly folder: DataFolder;
}

/** Starts `npm start` and waits until it is idle. @param before the command in front of npm */
const begin = async (...before: string[]): Promise<Session> => {
  const folder = await temporaryDataDir();
  const [command = '', ...args] = [...before, 'npm', ...START, ...folder.option];
  const { npm_lifecycle_event, _, ...env } = process.env;
  const npm = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  while (!output.includes('Next sync')) await once(npm.stdout, 'data');
  return { npm, folder };
};

const groupOf = ({ npm }: Session): number => -(npm.pid ?? 0);

const isAlive = (group: number): boolean => {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits for the end of all processes of the group. Ends them after 10 s, so that a failing test leaves none behind. */
const endOf = async (session: Session): Promise<'orderly' | 'cut short' | 'survived'> => {
  const group = groupOf(session);
  const deadline = performance.now() + 10_000;
  while (isAlive(group) && performance.now() < deadline) await sleep(50);
  const survived = isAlive(group);
  if (survived) process.kill(group, 'SIGKILL');
  const isLeft = existsSync(join(session.folder.path, 'runtime.json'));
  await session.folder.remove();
  if (survived) return 'survived';
  return isLeft ? 'cut short' : 'orderly';
};

test('SIGTERM and SIGHUP, to npm or to its group, end npm start in order, and nohup keeps it through SIGHUP', async () => {
  const [terminated, hungUp, grouped, kept] = await Promise.all([
    begin(),
    begin(),
    begin(),
    // bash names the command in `_`, as a user's shell does.
    begin('bash', '-c', 'nohup "$@" & wait', 'bash'),
  ]);
  terminated.npm.kill('SIGTERM');
  hungUp.npm.kill('SIGHUP');
  process.kill(groupOf(grouped), 'SIGTERM');
  process.kill(groupOf(kept), 'SIGHUP');
  expect(await endOf(terminated)).toBe('orderly');
  expect(await endOf(hungUp)).toBe('orderly');
  expect(await endOf(grouped)).toBe('orderly');
  // Long enough for the process to notice that npm has ended.
  await sleep(1_500);
  expect(isAlive(groupOf(kept))).toBe(true);
  process.kill(groupOf(kept), 'SIGTERM');
  expect(await endOf(kept)).toBe('orderly');
});

test('knows nohup by the unreadable input that it leaves in place of a terminal', () => {
  const module = join(ROOT, 'services/cli/started-by-nohup.ts');
  const script = `import { isStartedByNohup } from ${JSON.stringify(module)}; process.stdout.write(String(isStartedByNohup({})));`;
  const startedWith = (mode: string) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: [openSync('/dev/null', mode), 'pipe', 'inherit'],
      encoding: 'utf8',
    }).stdout;
  expect([startedWith('w'), startedWith('r')]).toEqual(['true', 'false']);
});
