import { readFileSync } from 'node:fs';
import { readSettings } from '../../../cdk/settings.ts';
import {
  DEFAULT_TEMPLATE_FILE,
  type DefaultTemplate,
  defaultTemplate,
  fingerprintOf,
  LOCAL_DEFAULTS,
  modulesOf,
} from '../../../services/local/template/default-template.ts';
import { synthesize } from '../../../services/local/template/parse-template.ts';

/** The keys of the bundles are all that may differ. */
const withoutBundles = (template: unknown): unknown =>
  JSON.parse(JSON.stringify(template, (name, value) => (name === 'S3Key' ? 'not-bundled.zip' : value)));

test('the committed default template is up to date; otherwise run npm run default-template', () => {
  const { fingerprint, modules } = JSON.parse(readFileSync(DEFAULT_TEMPLATE_FILE, 'utf8')) as DefaultTemplate;
  expect(modules).toEqual(modulesOf('cdk/synthesize.ts'));
  expect(fingerprint).toBe(fingerprintOf(modules));
});

test.each([
  {},
  { timeZone: 'Pacific/Kiritimati' },
  { ouraApiBaseUrl: 'http://127.0.0.1:4711' },
  { timeZone: 'Europe/Helsinki', ouraApiBaseUrl: 'http://127.0.0.1:4711' },
])('with %j, the default template is the one that the CDK synthesizes', async (given) => {
  const settings = readSettings({ ...LOCAL_DEFAULTS, ...given });
  expect(withoutBundles(defaultTemplate(settings))).toEqual(withoutBundles(await synthesize(settings)));
});

test.each([
  { lookBackDays: 10 },
  { retryBaseSeconds: 480 },
  { stackName: 'SecondSleeper' },
  { alarmEmail: 'night@example.org' },
  { schedule: 'cron(30 6 * * ? *)', timeZone: 'Europe/Helsinki' },
])('with %j, the stack needs the CDK', (given) => {
  expect(defaultTemplate(readSettings({ ...LOCAL_DEFAULTS, ...given }))).toBeUndefined();
});

test('a changed or missing module changes the fingerprint', () => {
  const modules = modulesOf('cdk/synthesize.ts');
  expect(fingerprintOf(modules.slice(1))).not.toBe(fingerprintOf(modules));
  expect(fingerprintOf([...modules, 'cdk/no-such-module.ts'])).toBeUndefined();
});
