import { breakLines, terminalWidth } from '../../../services/cli/print/wrap.ts';
import { paint } from '../../../services/cli/print/write.ts';

test.each([
  ['short  line', 'short  line'],
  ['one two three four', 'one two\nthree four'],
  ['  line 5: weight unknown', '  line 5:\n  weight\n  unknown'],
  ['File  a b c d e f', 'File  a b\n      c d\n      e f'],
  ['- one two three', '- one two\n  three'],
  ['at /a/long/path/of/one', 'at\n/a/long/path/of/one'],
  ['one\n\ntwo', 'one\n\ntwo'],
])('%j becomes %j', (text, broken) => {
  expect(breakLines(text, 10)).toBe(broken);
});

test('the marks of a colour have no width', () => {
  const text = paint('problem', '1234 67890');
  expect(breakLines(text, 10)).toBe(text);
});

test('only a terminal has a width', () => {
  const stream = (isTTY: boolean) => Object.assign(Object.create(process.stdout), { isTTY, columns: 40 });
  expect(terminalWidth(stream(true))).toBe(40);
  expect(terminalWidth(stream(false))).toBe(Infinity);
});
