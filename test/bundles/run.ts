// npm run test:bundles: the assets of a real `cdk synth`, run by AWS's own runtime client. Ends with 0 and SKIPPED in
// capitals where that client cannot be installed (no compiler, no registry, macOS).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importTimes } from '../../bench/import-time.ts';
import { RuntimeClientMissing, runtimeClient } from './support/runtime-client.ts';

/** For the figures, which are shown and not judged: docs/decisions/0008. */
const PROCESSES = 5;

const ROOT = join(import.meta.dirname, '..', '..');
const say = (text: string) => console.error(text);

/** Runs npm with `args` to its end, its output on ours. */
const npm = (args: readonly string[], env: Record<string, string> = {}): number =>
  spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;

const test = (client: string): number => {
  const assembly = mkdtempSync(join(tmpdir(), 'oura-sync-assembly-'));
  try {
    // With these settings, the assembly has every function. They do not change the other bundles.
    const synthesized = npm([
      'run',
      '--silent',
      'synth',
      '--',
      '--output',
      assembly,
      '-c',
      'webhooks=true',
      '-c',
      'mornings=true',
    ]);
    if (synthesized !== 0) return synthesized;
    say(importTimes(assembly, PROCESSES));
    return npm(['run', '--silent', 'jest', '--', '--config', 'jest.bundles.config.js'], {
      BUNDLES_ASSEMBLY: assembly,
      BUNDLES_RUNTIME_CLIENT: client,
    });
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
};

try {
  process.exitCode = test(await runtimeClient(say));
} catch (error: unknown) {
  if (!(error instanceof RuntimeClientMissing)) throw error;
  say(`\n*** SKIPPED: the bundles were NOT run. AWS's runtime client is missing: ${error.message} ***\n`);
}
