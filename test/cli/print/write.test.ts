import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { asCalled } from '../../../services/cli/environment/caller.ts';
import { paint, withoutControls } from '../../../services/cli/print/write.ts';

/** Imports `print` and writes to a standard output that takes itself for a terminal. */
const ON_TERMINAL = `
  import { WriteStream } from 'node:tty';
  import { print } from ${JSON.stringify(import.meta.resolve('../../../services/cli/print/write.ts'))};
  const [text, isTTY] = JSON.parse(process.argv[1]);
  Object.assign(process.stdout, { isTTY, getColorDepth: WriteStream.prototype.getColorDepth });
  print(text);
`;

/**
 * What `print` writes to a terminal with colours, or to a pipe. In a process of its own, because Node reads the variables of the
 * process, which are not those that a test sees, and CI sets some of them.
 */
const printed = (text: string, isTTY: boolean, env: Record<string, string> = {}): string => {
  const args = ['--input-type=module', '--eval', ON_TERMINAL, JSON.stringify([text, isTTY])];
  return execFileSync(process.execPath, args, {
    env: { TERM: 'xterm-256color', ...env },
    encoding: 'utf8',
  });
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
