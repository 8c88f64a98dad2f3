import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineSettings, unsavedWarnings } from '../../cdk/command-line-settings.ts';
import { forEachTest } from '../helpers/for-each-test.ts';

const home = forEachTest(
  async () => ({ path: mkdtempSync(join(tmpdir(), 'home-')) }),
  async ({ path }) => rmSync(path, { recursive: true }),
);
const writeHome = (text: string) => writeFileSync(join(home.path, '.cdk.json'), text);

test('leaves out what ~/.cdk.json holds for other apps, also under the name of a setting', () => {
  const context = { env: 'dev', concurrency: 'high', tags: { a: [1] } };
  writeHome(JSON.stringify({ app: 'other', context }));
  expect(commandLineSettings({ ...context, timeZone: 'Europe/Berlin' }, home.path)).toEqual({
    timeZone: 'Europe/Berlin',
  });
});

test('takes an option that differs from ~/.cdk.json', () => {
  writeHome('{"context": {"timeZone": "Asia/Tokyo"}}');
  expect(commandLineSettings({ timeZone: 'Europe/Berlin' }, home.path)).toEqual({
    timeZone: 'Europe/Berlin',
  });
});

test.each(['', 'null', '{}', '{"context": null}'])('works with the ~/.cdk.json %j', (text) => {
  writeHome(text);
  expect(commandLineSettings({ lookBackDays: '3' }, home.path)).toEqual({ lookBackDays: '3' });
});

test('warns of each option that the next deploy reverts, not of one that is saved or the default', () => {
  const saved = { timeZone: 'Europe/Berlin', alarmEmail: 'me@example.org', lookBackDays: 10 };
  const given = { timeZone: 'Asia/Tokyo', alarmEmail: '', lookBackDays: '10', batchSize: '650' };
  expect(unsavedWarnings(given, saved)).toEqual([
    expect.stringMatching(/-c timeZone=Asia\/Tokyo holds once.*reverts it to Europe\/Berlin.*save it in/),
    expect.stringMatching(/-c alarmEmail= holds once.*reverts it to me@example.org/),
  ]);
});
