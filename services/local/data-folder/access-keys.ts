import { createHmac, randomBytes } from 'node:crypto';

/** The keys with which callers sign requests to the local endpoint. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Draws keys as long as those of AWS, or longer: some tools check the length of the ID. */
export const drawAccessKeys = (): AccessKeys => ({
  accessKeyId: `LOCAL${randomBytes(16).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(32).toString('hex'),
});

/** A value that no earlier proof was about. */
export const drawNonce = (): string => randomBytes(32).toString('hex');

export const isNonce = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** What only a process with the secret key can answer to `nonce`. It holds for the server at `url` alone. */
export const proofOf = (
  { secretAccessKey }: Pick<AccessKeys, 'secretAccessKey'>,
  url: string,
  nonce: string,
) => createHmac('sha256', secretAccessKey).update(`${url}\n${nonce}`).digest('hex');
