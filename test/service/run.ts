// npm run test:service: installs real services in a user manager of systemd, and reads the launchd agent with Python's plistlib.
// Uses namespaces of its own, so it changes nothing on this machine. Ends with 0 and SKIPPED in capitals without root, systemd
// or namespaces: apt-get installs systemd if it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MANAGER = '/lib/systemd/systemd';

const say = (text: string) => console.error(text);

/** Why there is no systemd; undefined if there is. */
const missingSystemd = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (existsSync(MANAGER)) return undefined;
  say('Installing systemd with apt-get.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-qy', 'systemd'], { env, stdio: 'ignore' });
  return existsSync(MANAGER) ? undefined : 'systemd cannot be installed';
};

const reason = missingSystemd();
if (reason !== undefined) {
  say(`\n*** SKIPPED: the service was NOT tried in systemd: ${reason} ***\n`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-service-'));
  try {
    const own = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
    const here = import.meta.dirname;
    const command = [process.execPath, join(here, 'prove.ts'), folder];
    const { status } = spawnSync(
      'unshare',
      [...own, 'bash', join(here, 'user-manager.sh'), join(folder, 'home'), ...command],
      { stdio: 'inherit', timeout: 300_000 },
    );
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
