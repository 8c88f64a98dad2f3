import { shellWord, suggest } from '../../../services/cli/print/advice.ts';

test.each([
  ['.data', '.data'],
  ['/tmp/nights_2026', '/tmp/nights_2026'],
  ['D/mit leer', "'D/mit leer'"],
  ["it's", "'it'\\''s'"],
  ['~/nights', "'~/nights'"],
  ['$HOME;ls', "'$HOME;ls'"],
  ['', "''"],
])('%s is one word to a shell as %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test.each([
  [{ dataDir: '.data' }, 'npm run redrive -- --dry-run'],
  [{ dataDir: 'D/mit leer' }, "npm run redrive -- --dry-run --data-dir 'D/mit leer'"],
  [{ dataDir: '.data', aws: true }, 'npm run redrive -- --dry-run --aws'],
  [{ dataDir: '.data', aws: true, stack: 'Mine' }, 'npm run redrive -- --dry-run --aws --stack Mine'],
])('a command for %j can be pasted as it stands', (target, command) => {
  expect(suggest('redrive', target, '--dry-run')).toBe(command);
});
