// Started by user-manager.sh. $1: an empty folder.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchdAgent } from '../../services/cli/service/launchd-agent.ts';
import type { ServiceDefinition } from '../../services/cli/service/service-definition.ts';
import { serviceName } from '../../services/cli/service/service-name.ts';
import { systemdUnit } from '../../services/cli/service/systemd-unit.ts';
import { findRunning } from '../../services/local/data-folder/runtime-file.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'services', 'cli', 'main.ts');
const folder = process.argv[2] ?? '';

/** Every character that a unit, a shell or XML gives a meaning. */
const ODD = `a b%h"$HOME'[x]*?\\y&<z>é;#`;

const run = (tool: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', cwd: folder });
  return { status, output: stdout + stderr };
};
const service = (...args: string[]) => run(process.execPath, MAIN, 'service', ...args);

const until = async <T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within a minute`);
    await sleep(200);
  }
};

const stateOf = (dataDir: string) =>
  JSON.parse(service('status', '--format', 'json', '--data-dir', dataDir).output) as {
    running: boolean;
    pid: number | null;
    exit_code: number | null;
    state: string;
    starts_at: string | null;
  };

const servedBy = (dataDir: string, other?: number) =>
  until(`${dataDir} is served`, async () => {
    const pid = (await findRunning(dataDir))?.pid;
    return pid === other ? undefined : pid;
  });

const test = async (rule: string, prove: () => void | Promise<void>) => {
  const begun = performance.now();
  await prove();
  console.log(`ok  ${rule} (${Math.round(performance.now() - begun)} ms)`);
};

/** Data folders with the same last name. */
const [first, second] = ['one', 'two'].map((parent) => join(folder, parent, ODD)) as [string, string];
for (const dataDir of [first, second]) mkdirSync(dataDir, { recursive: true });
writeFileSync(join(first, 'service.env'), 'OURA_TEST_VARIABLE="a b"\n', { mode: 0o600 });

const definition: ServiceDefinition = {
  name: serviceName(first),
  description: `Oura sleep sync of ${first}`,
  command: [process.execPath, '--eval', ODD, first],
  folder: first,
  environment: { ODD },
  environmentFile: join(first, 'service.env'),
};

await test('systemd-analyze verify finds nothing in the unit', () => {
  const unit = join(folder, `${definition.name}.service`);
  writeFileSync(unit, systemdUnit(definition));
  assert.deepEqual(run('systemd-analyze', '--user', 'verify', unit), { status: 0, output: '' });
});

await test('a property list holds every value of the agent as it is', () => {
  const file = join(folder, 'agent.plist');
  writeFileSync(file, launchdAgent(definition));
  const { status, output } = run(
    'python3',
    '-c',
    'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))',
    file,
  );
  assert.equal(status, 0, output);
  const { Label, ProgramArguments, WorkingDirectory, EnvironmentVariables, KeepAlive, RunAtLoad } =
    JSON.parse(output);
  const [node, ...args] = definition.command;
  assert.deepEqual(
    { Label, ProgramArguments, WorkingDirectory, EnvironmentVariables, KeepAlive, RunAtLoad },
    {
      Label: definition.name,
      ProgramArguments: [node, `--env-file-if-exists=${definition.environmentFile}`, ...args],
      WorkingDirectory: first,
      EnvironmentVariables: { ODD },
      KeepAlive: { SuccessfulExit: false },
      RunAtLoad: true,
    },
  );
});

const START = ['--page-port', '0', '--seed', '3'];

await test('install starts a service that serves the folder, with its options, its variables and no privileges', async () => {
  const { status, output } = service('install', '--data-dir', first, ...START);
  assert.equal(status, 0, output);
  const pid = await servedBy(first);
  assert.equal(stateOf(first).pid, pid);
  const proc = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  const args = proc('cmdline').split('\0').slice(0, -1);
  assert.equal(args[0], process.execPath);
  assert.deepEqual(args.slice(args.indexOf('start')), [
    'start',
    '--as-service',
    '--data-dir',
    first,
    ...START,
  ]);
  assert.ok(proc('environ').split('\0').includes('OURA_TEST_VARIABLE=a b'));
  assert.equal(readlinkSync(`/proc/${pid}/cwd`), first);
  assert.match(proc('status'), /^NoNewPrivs:\t1$/m);
  assert.match(proc('status'), /^Seccomp:\t2$/m);
  assert.match(proc('limits'), /^Max core file size +0 +0 /m);
});

await test('a second folder of the same name is a second service, which runs at the same time', async () => {
  const { status, output } = service('install', '--data-dir', second, ...START);
  assert.equal(status, 0, output);
  assert.notEqual(await servedBy(second), await servedBy(first));
});

const RESTART_NOW = '[Service]\nRestartSec=1\n';
const hurry = (dataDir: string) => {
  const dropIn = join(
    process.env['XDG_CONFIG_HOME'] ?? '',
    'systemd',
    'user',
    `${serviceName(dataDir)}.service.d`,
  );
  mkdirSync(dropIn, { recursive: true });
  writeFileSync(join(dropIn, 'hurry.conf'), RESTART_NOW);
  assert.equal(run('systemctl', '--user', 'daemon-reload').status, 0);
};

await test('a killed service starts again', async () => {
  hurry(first);
  const before = await servedBy(first);
  process.kill(before, 'SIGKILL');
  await servedBy(first, before);
});

await test('both services start after a reboot', async () => {
  const before = await servedBy(first);
  assert.equal(run('systemctl', '--user', 'exit').status, 0);
  await servedBy(first, before);
  await servedBy(second);
});

await test("a mistake of the user's ends the service, which does not start again", async () => {
  hurry(second);
  assert.equal(run('systemctl', '--user', 'stop', `${serviceName(second)}.service`).status, 0);
  writeFileSync(join(second, 'time-zone'), 'Mars/Olympus');
  assert.equal(run('systemctl', '--user', 'start', `${serviceName(second)}.service`).status, 0);
  await until('it ended', () => stateOf(second).state.startsWith('failed'));
  await sleep(3_000);
  const { running, exit_code, state } = stateOf(second);
  assert.deepEqual({ running, exit_code, state }, { running: false, exit_code: 2, state: 'failed (failed)' });
  writeFileSync(join(second, 'time-zone'), 'Europe/Helsinki');
});

await test('npm run doctor reports a service that is installed and does not run', () => {
  const doctor = (dataDir: string) =>
    JSON.parse(run(process.execPath, MAIN, 'doctor', '--format', 'json', '--data-dir', dataDir).output) as {
      check: string;
      state: string;
    }[];
  const stateIn = (dataDir: string) => doctor(dataDir).find(({ check }) => check === 'service')?.state;
  assert.deepEqual([stateIn(first), stateIn(second)], ['ok', 'problem']);
});

await test('a full disk is announced once, however often the service starts on it, and its end once', async () => {
  const dataDir = join(folder, 'small', 'nights');
  mkdirSync(dataDir, { recursive: true });
  assert.equal(run('mount', '-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', join(folder, 'small')).status, 0);
  mkdirSync(dataDir);
  const notes = join(folder, 'notes');
  const command = `echo $OURA_SYNC_EVENT $OURA_SYNC_PROBLEM >> '${notes}'`;
  const installed = service('install', '--data-dir', dataDir, '--notify', command, ...START);
  assert.equal(installed.status, 0, installed.output);
  hurry(dataDir);
  const unit = `${serviceName(dataDir)}.service`;
  await servedBy(dataDir);
  assert.equal(run('systemctl', '--user', 'stop', unit).status, 0);
  const filling = join(folder, 'small', 'filling');
  run('dd', 'if=/dev/zero', `of=${filling}`, 'bs=64k');
  run('systemctl', '--user', 'start', unit);
  await until('it has started three times', () => {
    const { output } = run('systemctl', '--user', 'show', unit, '--property=NRestarts', '--value');
    return Number(output) >= 3;
  });
  assert.equal(readFileSync(notes, 'utf8'), 'opened disk_full\n');
  rmSync(filling);
  await servedBy(dataDir);
  await until('its end is announced', () => readFileSync(notes, 'utf8').includes('resolved'));
  assert.equal(readFileSync(notes, 'utf8'), 'opened disk_full\nresolved disk_full\n');
  assert.equal(service('remove', '--data-dir', dataDir).status, 0);
});

await test('remove ends the service and keeps the folder', async () => {
  for (const dataDir of [first, second]) {
    const { status, output } = service('remove', '--data-dir', dataDir);
    assert.equal(status, 0, output);
    assert.equal(stateOf(dataDir).state, 'not installed');
  }
  assert.equal(await findRunning(first), undefined);
  assert.ok(readFileSync(join(first, 'time-zone'), 'utf8').length > 0);
});

console.log('10 passed, 0 failed');
