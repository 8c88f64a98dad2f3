// npm run test:browser: the page in a real Chromium. Ends with 0 and SKIPPED in capitals where there is none and none can
// be installed (no root, no Debian, no network).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ChromiumMissing, findChromium } from './support/find-chromium.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const say = (text: string) => console.error(text);

const test = (chromium: string): number => {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
  const { status } = spawnSync(
    process.execPath,
    [...args, '--config', 'jest.browser.config.js', ...process.argv.slice(2)],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: chromium } },
  );
  return status ?? 1;
};

try {
  process.exitCode = test(findChromium(say));
} catch (error: unknown) {
  if (!(error instanceof ChromiumMissing)) throw error;
  say(`\n*** SKIPPED: the page was NOT tried in a browser: ${error.message} ***\n`);
}
