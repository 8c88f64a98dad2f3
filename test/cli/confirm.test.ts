import { PassThrough } from 'node:stream';
import { confirm } from '../../services/cli/confirm.ts';

const ask = async (typed: string | undefined, isTTY = true) => {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  if (typed === undefined) input.end();
  else input.write(typed);
  return { confirmed: await confirm('Remove 2 messages?', input, output), shown: String(output.read()) };
};

test.each([
  ['y\n', true],
  ['Yes\n', true],
  ['n\n', false],
  ['\n', false],
  ['yonder\n', false],
  [undefined, false],
])('%j is %p', async (typed, confirmed) => {
  expect(await ask(typed)).toEqual({
    confirmed,
    shown: expect.stringContaining('Remove 2 messages? [y/N] '),
  });
});

test('does not ask without a terminal', async () => {
  await expect(ask('y\n', false)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining('--yes'),
  });
});
