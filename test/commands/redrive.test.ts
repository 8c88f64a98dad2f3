import { runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';

let dataDir: { path: string; remove(): Promise<void> };
beforeAll(async () => {
  dataDir = await temporaryDataDir();
});
afterAll(() => dataDir.remove());
const folder = () => ['--data-dir', dataDir.path];

test('a redrive that was killed once it had moved the messages is gone on with by the next one', async () => {
  const outage = ['--ring', 'down', '--retry-base', '0.1', '--days', '3'];
  expect((await runCommand(['start', '--once', ...outage, ...folder()])).code).toBe(1);
  // The worker is given its batch a second after the first message: until then they are only moved.
  const killed = startCommand(['redrive', ...folder()]);
  await killed.printed('Moved 3 of 3');
  killed.process.kill('SIGKILL');
  await killed.ended;

  const { code, stdout } = await runCommand(['redrive', ...folder()]);
  expect(stdout).toContain('Nothing is parked; what was moved before is still under way.');
  expect(stdout).toContain('3 dates settled, 0 failed again.');
  expect(code).toBe(0);
  expect((await runCommand(['redrive', ...folder()])).stdout).toContain('Nothing is parked.');
});
