import { expect, test } from '@jest/globals';
import { isLoopback, keepsSecrets } from '../../shared/core/loopback.ts';

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['[::1]', true],
  ['', false],
  ['localhost.example', false],
  ['127.0.0.2', false],
])('%j is a loopback name: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

test.each([
  ['https://api.ouraring.com', true],
  ['http://localhost:4000', true],
  ['http://api.ouraring.com', false],
  ['ftp://localhost', false],
  ['https://user:password@api.ouraring.com', false],
  ['https://user@api.ouraring.com', false],
  ['https://:password@api.ouraring.com', false],
])('a secret may be sent to %s: %s', (url, expected) => {
  expect(keepsSecrets(new URL(url))).toBe(expected);
});
