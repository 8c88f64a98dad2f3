import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNotifications } from '../../../services/cli/doctor/notifications.ts';
import { noteDestination, parseDestination } from '../../../services/cli/notify/destination.ts';
import { createNotifier } from '../../../services/cli/notify/notifier.ts';
import { send } from '../../../services/cli/notify/send.ts';
import { readIncidents } from '../../../services/local/data-folder/incidents-file.ts';
import type { Problem } from '../../../services/operations/status/sync-state.ts';
import { forEachTest } from '../../helpers/for-each-test.ts';
import { startReceiver } from '../../helpers/notification-receiver.ts';

const place = forEachTest(
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'oura-sync-'));
    const dataDir = join(parent, 'nights');
    mkdirSync(dataDir);
    return { parent, dataDir, receiver: await startReceiver() };
  },
  async ({ parent, receiver }) => {
    await receiver.close();
    await rm(parent, { recursive: true });
  },
);

const PARKED: Problem = {
  id: 'dates_parked',
  severity: 'problem',
  since: null,
  summary: '3 messages parked',
  action: 'run npm run redrive',
  count: 3,
};
const ABSENT: Problem = {
  ...PARKED,
  id: 'last_night_absent',
  summary: 'Last night has not arrived',
  count: null,
};
const RECONNECT: Problem = { ...PARKED, id: 'reconnect_needed', summary: 'Reconnect needed', count: null };
const CLOCK: Problem = { ...PARKED, id: 'clock_ahead', severity: 'warning' };

let now = Date.parse('2026-03-10T12:00:00Z');
const clock = { now: () => now };

/** A notifier as a new process has it. */
const start = () =>
  createNotifier({
    dataDir: place.dataDir,
    destination: parseDestination(place.receiver.url, 'test'),
    clock,
  });
const titles = () =>
  place.receiver.received.map(({ headers }) => String(headers['title']).replace('Oura sleep sync: ', ''));

test('announces an incident once, however long it lasts, and once more when it is over, across restarts', async () => {
  await start().report([PARKED, CLOCK]);
  await start().report([{ ...PARKED, summary: '4 messages parked' }]);
  expect(titles()).toEqual(['dates are parked']);
  await start().report([]);
  await start().report([]);
  expect(titles()).toEqual(['dates are parked', 'resolved: dates are parked']);
  await start().report([PARKED]);
  expect(titles()).toHaveLength(3);
  const [opened, resolved] = place.receiver.received;
  expect(opened?.body).toBe('3 messages parked. Run npm run redrive. (nights)');
  expect(resolved?.body).toBe('Resolved. It was: 3 messages parked. Run npm run redrive. (nights)');
  expect(opened?.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('repeats a failed message after 1, 2, 4 minutes and at most an hour, and not before', async () => {
  place.receiver.status = 503;
  const notifier = start();
  const waits: number[] = [];
  await notifier.report([PARKED]);
  for (let attempt = 1; attempt < 9; attempt++) {
    const next = Date.parse(readIncidents(place.dataDir).failure?.next_attempt_at ?? '');
    waits.push((next - now) / 60_000);
    now = next - 1;
    await notifier.report([PARKED]);
    expect(titles()).toHaveLength(attempt);
    now = next;
    await notifier.report([PARKED]);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(readIncidents(place.dataDir).failure).toMatchObject({ attempts: 9, reason: 'HTTP 503' });
  place.receiver.status = 200;
  now += 3_600_000;
  await start().report([PARKED]);
  expect(readIncidents(place.dataDir)).toMatchObject({ incidents: [{ announced: true }], failure: null });
});

test('sends nothing about an incident that was over before it could be announced', async () => {
  place.receiver.status = 500;
  await start().report([PARKED]);
  place.receiver.status = 200;
  now += 3_600_000;
  await start().report([]);
  expect(titles()).toEqual(['dates are parked']);
  expect(readIncidents(place.dataDir).incidents).toEqual([]);
});

test('an incident that returns before its end is announced goes on', async () => {
  await start().report([PARKED]);
  place.receiver.status = 500;
  await start().report([]);
  place.receiver.status = 200;
  now += 3_600_000;
  await start().report([PARKED]);
  await start().report([PARKED]);
  expect(titles()).toEqual(['dates are parked', 'resolved: dates are parked']);
  expect(readIncidents(place.dataDir).incidents).toMatchObject([{ announced: true, resolved_at: null }]);
});

test('does not call an absent night arrived while nothing can arrive', async () => {
  await start().report([ABSENT]);
  await start().report([RECONNECT]);
  expect(titles()).toEqual(['last night has not arrived', 'reconnect needed']);
});

test('a problem that ends the process is announced once, and the others stay open', async () => {
  await start().report([ABSENT]);
  await start().announce(PARKED);
  await start().announce(PARKED);
  expect(titles()).toEqual(['last night has not arrived', 'dates are parked']);
});

test('a problem that now ends the process is announced once more, because it has become worse', async () => {
  const nearly: Problem = { ...PARKED, id: 'disk_full', summary: 'the disk is nearly full: 80 MB free' };
  const full: Problem = { ...nearly, summary: 'The disk is full, so the sync has stopped' };
  await start().report([nearly]);
  await start().announce(full);
  await start().report([nearly]);
  await start().announce(full);
  await start().report([]);
  expect(place.receiver.received.map(({ body }) => body.split(':')[0]?.split('.')[0])).toEqual([
    'The disk is nearly full',
    'The disk is full, so the sync has stopped',
    'Resolved',
  ]);
});

test('a damaged file announces once more what is open', async () => {
  await start().report([PARKED]);
  writeFileSync(join(place.dataDir, 'incidents.json'), '{"incidents":[{"id"');
  await start().report([PARKED]);
  await start().report([PARKED]);
  expect(titles()).toHaveLength(2);
});

describe('a destination', () => {
  const NOTE = {
    event: 'opened',
    problem: 'disk_full',
    title: 'The title',
    text: '$(touch injected) "; rm -rf ~ é',
  } as const;
  const sendTo = (text: string) => send(parseDestination(text, 'test'), NOTE, place.dataDir);

  test('with json+ takes what Slack, Discord and Gotify read', async () => {
    await sendTo(`json+${place.receiver.url}`);
    const whole = `The title\n${NOTE.text}`;
    expect(JSON.parse(place.receiver.received[0]?.body ?? '')).toEqual({
      title: 'The title',
      message: NOTE.text,
      text: whole,
      content: whole,
      event: 'opened',
      problem: 'disk_full',
    });
  });

  test('takes the user and the password of its URL as Basic authorization', async () => {
    await sendTo(place.receiver.url.replace('//', '//me:p%40ss@'));
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(place.receiver.received[0]?.headers.authorization).toBe(authorization);
  });

  test.each([301, 307, 404, 500])('that answers %i has not taken the message', async (status) => {
    place.receiver.status = status;
    await expect(sendTo(place.receiver.url)).rejects.toThrow(`HTTP ${status}`);
    expect(place.receiver.received).toHaveLength(1);
  });

  test('that is a command gets the content as variables and as input, and never as a part of the command', async () => {
    await sendTo(
      'cat > input; printf "%s|%s|%s|%s" "$OURA_SYNC_TITLE" "$OURA_SYNC_TEXT" "$OURA_SYNC_EVENT" "$OURA_SYNC_PROBLEM" > variables',
    );
    const read = (name: string) => readFileSync(join(place.dataDir, name), 'utf8');
    expect(read('input')).toBe(`${NOTE.text}\n`);
    expect(read('variables')).toBe(`The title|${NOTE.text}|opened|disk_full`);
    expect(() => read('injected')).toThrow('ENOENT');
  });

  test('that is a command fails with its exit code, also if it does not read its input', async () => {
    await expect(sendTo('exit 3')).rejects.toThrow('the command ended with exit code 3');
    await expect(sendTo('kill -9 $$')).rejects.toThrow('SIGKILL ended the command');
  });

  test('that hangs is ended with all that it has started', async () => {
    const limit = new AbortController();
    const command = parseDestination('while :; do echo >> beats; sleep 0.05; done & wait', 'test');
    const sent = send(command, NOTE, place.dataDir, limit.signal);
    setTimeout(() => limit.abort(), 500);
    await expect(sent).rejects.toThrow('no answer');
    const beats = () => readFileSync(join(place.dataDir, 'beats'), 'utf8');
    const last = beats();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(beats()).toBe(last);
  });

  test.each(['http://example.com/x', 'https://', 'json+http://example.com', ' '])(
    '%j is refused, and not repeated',
    (text) => {
      expect(() => parseDestination(text, '--notify')).toThrow(/^(The URL in )?--notify must be [^/]*$/);
    },
  );
});

describe('npm run doctor', () => {
  test('shows since when a destination fails, and no path of its URL', async () => {
    place.receiver.status = 403;
    noteDestination({ dataDir: place.dataDir, notify: place.receiver.url });
    expect(checkNotifications(place.dataDir)).toMatchObject([{ state: 'ok' }]);
    await start().report([PARKED]);
    const [finding] = checkNotifications(place.dataDir);
    expect(finding).toMatchObject({
      state: 'warning',
      finding: expect.stringMatching(
        /^http:\/\/127.0.0.1:\d+\/… has not taken a message since \S+: HTTP 403 \(1 attempt\)$/,
      ),
    });
  });

  test('says nothing about notifications that are not set up, or turned off', () => {
    expect(checkNotifications(place.dataDir)).toEqual([]);
    noteDestination({ dataDir: place.dataDir, notify: 'none' });
    expect(checkNotifications(place.dataDir)).toEqual([]);
  });
});

test('a process that ends sends nothing that it cannot record: a service would send it at each start', async () => {
  // A folder in the place of the file cannot be replaced.
  mkdirSync(join(place.dataDir, 'incidents.json'));
  await start().announce(PARKED);
  expect(titles()).toEqual([]);
  const notifier = start();
  await notifier.report([PARKED]);
  await notifier.report([PARKED]);
  expect(titles()).toEqual(['dates are parked']);
});
