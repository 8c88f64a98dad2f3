import { WriteStream } from 'node:tty';
import { expect, jest, test } from '@jest/globals';
import { asCalled } from '../../../services/cli/environment/caller.ts';
import { paint, print, withoutControls } from '../../../services/cli/print/write.ts';

/** What `print` writes to a terminal with colours, or to a pipe. */
const printed = (text: string, isTTY: boolean, env: Record<string, string> = {}): string => {
  const stdout = process.stdout;
  const before = { ...process.env };
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS']) delete process.env[name];
  Object.assign(process.env, { TERM: 'xterm-256color', ...env });
  const { isTTY: wasTerminal, getColorDepth } = stdout;
  // Node reads the environment of the process, which is not that of the test.
  const depth = () => WriteStream.prototype.getColorDepth.call(stdout as WriteStream, process.env);
  Object.assign(stdout, { isTTY, getColorDepth: depth });
  const write = jest.spyOn(stdout, 'write').mockReturnValue(true);
  try {
    print(text);
    return String(write.mock.calls[0]?.[0]);
  } finally {
    write.mockRestore();
    Object.assign(stdout, { isTTY: wasTerminal, getColorDepth });
    process.env = before;
  }
};

test('no control character of a foreign text reaches the terminal', () => {
  const hostile = 'Bench\u001b]0;title\u0007 \u001b[31mpress\u009b2J\u202e \u007f\r';
  expect(printed(hostile, true)).toBe(
    'Bench\ufffd]0;title\ufffd \ufffd[31mpress\ufffd2J\ufffd \ufffd\ufffd\n',
  );
  const all = String.fromCodePoint(...Array.from({ length: 0xa0 }, (_, code) => code));
  expect(withoutControls(all).replaceAll('\ufffd', '')).toBe(`\t\n${all.slice(0x20, 0x7f)}`);
});

test('shows a problem in colour on a terminal, without NO_COLOR, and in plain text elsewhere', () => {
  const text = `│ ${paint('problem', 'failed')} │`;
  expect(printed(text, true)).toBe('│ \u001b[31mfailed\u001b[39m │\n');
  expect(printed(text, true, { NO_COLOR: '1' })).toBe('│ failed │\n');
  expect(printed(text, false)).toBe('│ failed │\n');
});

test.each([
  ['run npm run gaps -- --from 2026-01-01', 'run oura-sleep-sync gaps --from 2026-01-01'],
  ['npm start, or npm run --silent export -- with', 'oura-sleep-sync start, or oura-sleep-sync export with'],
  ['run npm ci', 'run npm ci'],
])('%j names the bin as %j', (text, expected) => {
  expect(asCalled(text, true)).toBe(expected);
  expect(asCalled(text, false)).toBe(text);
});
