import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';

const dataDir = freshDataFolder();

test('the next redrive continues one that was killed after it moved the messages', async () => {
  const outage = ['--ring', 'down', '--retry-base', '0.1', '--days', '3'];
  expect((await runCommand(['start', '--once', ...outage, ...dataDir.option])).code).toBe(1);
  // The worker gets its batch one second after the first message. Until then the messages are only moved.
  const killed = startCommand(['redrive', ...dataDir.option]);
  await killed.printed('Moved 3 of 3');
  killed.process.kill('SIGKILL');
  await killed.ended;

  const { code, stdout } = await runCommand(['redrive', ...dataDir.option]);
  expect(stdout).toContain('Nothing is parked. Waiting for the messages that an earlier redrive moved.');
  expect(stdout).toContain('3 dates settled, 0 failed again.');
  expect(code).toBe(0);
  expect((await runCommand(['redrive', ...dataDir.option])).stdout).toContain('Nothing is parked.');
});
