import { createHmac, randomBytes } from 'node:crypto';
import { isSameSecret } from '../../../shared/core/same-secret.ts';

/** The time to open a printed address. */
const VALID_MS = 10 * 60_000;

const sign = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/**
 * The address that opens the page once. Every process with the key can make one, also beside the one that serves the page.
 * @param url `http://127.0.0.1:<port>`
 * @param key the token key of the process that serves the page
 */
export const oneTimeAddress = (url: string, key: string, now = Date.now()): string => {
  const text = `${now + VALID_MS}.${randomBytes(16).toString('base64url')}`;
  return `${url}/?token=${text}.${sign(key, text)}`;
};

/** Accepts each token of {@link oneTimeAddress} once, and in its time. The key is drawn at each start, so this also holds after one. */
export const tokenGate = (key: string, now: () => number = Date.now): ((token: string) => boolean) => {
  // Only the owner of the data folder can make entries.
  const used = new Set<string>();
  return (token) => {
    const [, text = '', expires = '', signature = ''] = /^((\d+)\.[^.]+)\.([^.]+)$/.exec(token) ?? [];
    if (!isSameSecret(signature, sign(key, text)) || now() > Number(expires) || used.has(text)) return false;
    used.add(text);
    return true;
  };
};
