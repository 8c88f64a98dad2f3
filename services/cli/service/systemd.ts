import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../local/data-folder/make-folder.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { UsageError } from '../usage-error.ts';
import { removeFile } from './remove-file.ts';
import { requireTool, runTool, showTool } from './run-tool.ts';
import { notInstalled, type ServiceManager, type ServiceState } from './service-manager.ts';
import { systemdUnit } from './systemd-unit.ts';

const LINGER = '/var/lib/systemd/linger';

const unitOf = (name: string): string => `${name}.service`;

const unitFolder = (): string =>
  join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'systemd', 'user');

const fileOf = (name: string): string => join(unitFolder(), unitOf(name));

const systemctl = (...args: string[]): Promise<string> => requireTool('systemctl', ['--user', ...args]);

/** Throws a UsageError without a user manager: su and sudo do not start one. */
const requireManager = async (): Promise<void> => {
  const { stdout, stderr } = await runTool('systemctl', ['--user', 'is-system-running']);
  if (stdout.trim() !== '' && stdout.trim() !== 'offline') return;
  throw new UsageError(
    `systemd runs no services for ${userInfo().username} (${stderr.trim().split('\n')[0] || 'offline'}): log in as the user who should run it, not with su or sudo, or install systemd. docs/unattended.md says how to do without a service.`,
  );
};

const isLingering = (): boolean => existsSync(join(LINGER, userInfo().username));

const PROPERTIES = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'MainPID', 'ExecMainStatus'];

const propertiesOf = async (name: string): Promise<ReadonlyMap<string, string>> => {
  const shown = await systemctl('show', unitOf(name), `--property=${PROPERTIES.join(',')}`);
  return new Map(
    shown
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};

const isInstalled = (name: string): boolean => existsSync(fileOf(name));

const stateOf = async (name: string): Promise<ServiceState> => {
  const file = fileOf(name);
  if (!isInstalled(name)) return notInstalled(name, file);
  await requireManager();
  const properties = await propertiesOf(name);
  const pid = Number(properties.get('MainPID'));
  const active = properties.get('ActiveState') ?? 'unknown';
  const atLogin = properties.get('UnitFileState') === 'enabled';
  return {
    name,
    file,
    installed: true,
    running: active === 'active',
    pid: pid > 0 ? pid : null,
    state: `${active} (${properties.get('SubState')})`,
    exit_code: pid > 0 ? null : Number(properties.get('ExecMainStatus')),
    starts_at: !atLogin ? null : isLingering() ? 'boot' : 'login',
  };
};

export const systemd: ServiceManager = {
  term: 'systemd user unit',
  startAtBoot: 'loginctl enable-linger',
  file: systemdUnit,
  require: requireManager,
  install: async (definition) => {
    makeFolder(unitFolder());
    writeDurably(fileOf(definition.name), systemdUnit(definition));
    await systemctl('daemon-reload');
    await systemctl('enable', unitOf(definition.name));
    await systemctl('restart', unitOf(definition.name));
  },
  isInstalled,
  state: stateOf,
  logs: (name, _folder, { lines, follow }) =>
    showTool('journalctl', [
      ...[
        '--user',
        '--user-unit',
        unitOf(name),
        '--lines',
        String(lines),
        '--no-pager',
        '--output',
        'short-iso',
      ],
      ...(follow ? ['--follow'] : []),
    ]),
  remove: async (name) => {
    await requireManager();
    await systemctl('disable', '--now', unitOf(name));
    removeFile(fileOf(name));
    await systemctl('daemon-reload');
    // A failed service would stay in the list.
    await runTool('systemctl', ['--user', 'reset-failed', unitOf(name)]);
  },
};
