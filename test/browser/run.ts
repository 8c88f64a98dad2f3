// npm run test:browser: the page in a real Chromium. Ends with 0 and SKIPPED in capitals where there is none and none can
// be installed (no root, no Debian, no network). npm run docs:images (--images) only renews the pictures of README and docs.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChromiumMissing, findChromium } from './support/find-chromium.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const say = (text: string) => console.error(text);

const IMAGES = join(ROOT, 'docs', 'images');
const given = process.argv.slice(2);
const imagesOnly = given.includes('--images');

const test = (chromium: string): number => {
  if (imagesOnly) mkdirSync(IMAGES, { recursive: true });
  const args = imagesOnly ? ['test/browser/images.test.ts'] : given;
  const { status } = spawnSync(
    'npm',
    ['run', '--silent', 'jest', '--', '--config', 'jest.browser.config.js', ...args],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, CHROMIUM_PATH: chromium, ...(imagesOnly && { DOCS_IMAGES: IMAGES }) },
    },
  );
  return status ?? 1;
};

try {
  process.exitCode = test(findChromium(say));
} catch (error: unknown) {
  if (!(error instanceof ChromiumMissing)) throw error;
  say(`\n*** SKIPPED: the page was NOT tried in a browser: ${error.message} ***\n`);
}
