import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, runCommand } from '../helpers/command.ts';
import { forEachTest } from '../helpers/for-each-test.ts';
import { startReceiver } from '../helpers/notification-receiver.ts';

const dataDir = freshDataFolder();
const place = forEachTest(
  async () => ({ receiver: await startReceiver() }),
  ({ receiver }) => receiver.close(),
);

const once = (...args: string[]) =>
  runCommand(['start', '--once', '--days', '1', ...args, ...dataDir.option]);
const titles = () => place.receiver.received.map(({ headers }) => headers['title']);

test('parked dates are announced once, and their end once, without showing the destination anywhere', async () => {
  const outputs = [await once('--ring', 'down', '--retry-base', '0.01', '--notify', place.receiver.url)];
  expect(outputs[0]?.stdout).toMatch(/^Notify {4}http:\/\/127\.0\.0\.1:\d+\/…, when something needs you$/m);
  expect(titles()).toEqual(['Oura sleep sync: dates are parked']);
  expect(place.receiver.received[0]?.body).toMatch(/parked.*npm run redrive -- --data-dir/);
  outputs.push(await runCommand(['redrive', ...dataDir.option]), await once());
  expect(titles().slice(1)).toEqual(['Oura sleep sync: resolved: dates are parked']);
  outputs.push(await runCommand(['service', 'test-notify', ...dataDir.option]));
  place.receiver.status = 404;
  outputs.push(await runCommand(['service', 'test-notify', ...dataDir.option]));
  expect(outputs.slice(-2).map(({ code, stdout }) => ({ code, stdout }))).toEqual([
    {
      code: 0,
      stdout: expect.stringMatching(/^The test message was accepted by http:\/\/127.0.0.1:\d+\/…\.\n$/),
    },
    { code: 1, stdout: expect.stringMatching(/^The test message was not accepted by \S+: HTTP 404\.\n$/) },
  ]);
  expect(outputs.map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain('a-secret-topic');
  const files = readdirSync(dataDir.path).filter((name) => statSync(join(dataDir.path, name)).isFile());
  const holding = files.filter((name) =>
    readFileSync(join(dataDir.path, name), 'latin1').includes('a-secret-topic'),
  );
  expect(holding).toEqual(['notify']);
  expect(statSync(join(dataDir.path, 'notify')).mode & 0o777).toBe(0o600);
});

test('a service that the machine refuses something ends with exit code 1, so that it starts again', async () => {
  // SQLite cannot open it, as on a full disk.
  mkdirSync(join(dataDir.path, 'owner.lock'), { recursive: true });
  const codes = [await once(), await runCommand(['start', '--as-service', ...dataDir.option])];
  expect(codes.map(({ code }) => code)).toEqual([2, 1]);
  expect(codes[1]?.stderr).toBe(codes[0]?.stderr);
});

test('a process that ends because its data is damaged announces that before, once', async () => {
  await once('--notify', place.receiver.url);
  writeFileSync(join(dataDir.path, 'dynamodb.sqlite'), 'no database '.repeat(1000));
  expect((await once()).code).not.toBe(0);
  expect((await once()).code).not.toBe(0);
  expect(titles()).toEqual(['Oura sleep sync: damaged data']);
});
