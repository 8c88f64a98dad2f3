import { explainAws } from '../../../services/cli/target/explain-aws.ts';
import { isDenied } from '../../../services/operations/access-denied.ts';

const error = (name: string, message = '', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

test.each([
  [
    'no login',
    error('CredentialsProviderError', 'Could not load credentials from any providers'),
    /credentials.*AWS_PROFILE/,
  ],
  [
    'a login of yesterday',
    error('CredentialsProviderError', 'The SSO session has expired'),
    /expired: log in again/,
  ],
  ['an expired token', error('ExpiredTokenException'), /expired: log in again/],
  ['an unknown key', error('UnrecognizedClientException'), /does not accept these credentials/],
  [
    'a right that is missing',
    error('AccessDeniedException', 'You may\n not do that'),
    /denies access: You may not do that/,
  ],
  ['no region', error('Error', 'Region is missing'), /AWS_REGION/],
  [
    'no stack',
    error('ValidationError', 'Stack with id Mine does not exist'),
    /no stack Mine.*npm run deploy.*--stack/,
  ],
  ['no network', error('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), /cannot be reached/],
])('says in one sentence what to do about %s', (_what, thrown, sentence) => {
  const explained = explainAws(thrown, 'Mine');
  expect(explained?.name).toBe('UsageError');
  expect(explained?.message).toMatch(sentence);
  expect(explained?.message.split('\n')).toHaveLength(1);
});

test.each([
  ['a fault of ours', error('TypeError', 'undefined is not a function')],
  ['another refusal of CloudFormation', error('ValidationError', '1 validation error detected')],
  ['no error', 'text'],
])('leaves %s to others', (_what, thrown) => expect(explainAws(thrown, 'Mine')).toBeUndefined());

test('distinguishes a missing permission from other errors', () => {
  expect(isDenied(error('AccessDenied'))).toBe(true);
  expect(isDenied(error('ExpiredToken'))).toBe(false);
});
