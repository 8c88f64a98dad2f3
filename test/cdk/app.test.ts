import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectContext } from '../../cdk/project-context.ts';
import { freshSettingsFile } from '../helpers/settings-file.ts';

const file = freshSettingsFile();
const folder = mkdtempSync(join(tmpdir(), 'cdk-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK command line does, with `context` merged from `-c` and `~/.cdk.json`. */
const runApp = (context: object, env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['cdk/app.ts'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      HOME: folder,
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...projectContext(), ...context }),
      ...env,
    },
  });

const NO_BUNDLES = { 'aws:cdk:bundling-stacks': [] };

test('deploys the settings file, once overridden by -c, and records the outcome in the stack', () => {
  file.write({ stackName: 'Mine', timeZone: 'Europe/Berlin', alarmEmail: 'me@example.org' });
  writeFileSync(join(folder, '.cdk.json'), '{"context": {"owner": "me"}}');
  const { status, stderr } = runApp({ ...NO_BUNDLES, owner: 'me', timeZone: 'Asia/Tokyo' });
  expect(stderr).toMatch(/^Warning: -c timeZone=Asia\/Tokyo holds once[^\n]*\n$/);
  expect(status).toBe(0);
  const { Outputs } = JSON.parse(readFileSync(join(folder, 'cdk.out', 'Mine.template.json'), 'utf8'));
  expect(JSON.parse(Outputs.Settings.Value)).toEqual({
    timeZone: 'Asia/Tokyo',
    alarmEmail: 'me@example.org',
  });
});

test('an invalid setting is one sentence and exit code 2', () => {
  file.write({});
  const { status, stderr } = runApp({ ...NO_BUNDLES, timeZone: 'Mars/Olympus' });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr:
      'The setting timeZone is "Mars/Olympus"; it must be an IANA time zone such as America/Los_Angeles\n',
  });
});

test('a missing esbuild is one sentence and exit code 2', () => {
  file.write({});
  // Any program but esbuild: it ends at once with an error.
  const { status, stderr } = runApp({}, { ESBUILD_BINARY_PATH: process.execPath });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /esbuild, which bundles the functions, is not installed for this machine: run npm ci\n$/,
  );
});
