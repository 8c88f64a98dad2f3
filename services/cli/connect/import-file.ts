import { readFileSync, statSync } from 'node:fs';
import { array, type InferType, lazy, mixed, number, object, string, ValidationError } from 'yup';
import { iso } from '../../../shared/core/clock.ts';
import { SECRET_URL } from '../../../shared/core/loopback.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { isTokenUrl } from '../../../shared/oura/credentials/oauth-grant.ts';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { PORTALS } from '../../../shared/oura/credentials/portals.ts';
import { UsageError } from '../usage-error.ts';

/** Epoch seconds from 2001 to 5138: a larger number is in milliseconds. */
const EPOCH_SECONDS = [1e9, 1e11] as const;
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

const SECRET = 'must be text without spaces';
const DOCUMENT = 'must be a JSON object';
const EXPIRY = 'must be ISO 8601 with an offset, or epoch seconds';
const TOKEN_URL = `must be ${SECRET_URL}, or one of ${Object.keys(PORTALS).join(', ')}`;
const SCOPES = 'must be a list of names, or text with spaces between them';

// Every rule has its own message, because yup's messages repeat the value.
const secret = () => string().strict().typeError(SECRET).required(SECRET).test('secret', SECRET, isOneWord);
const isTexts = array(string().strict().required()).strict().required();
const importSchema = object({
  client_id: secret(),
  client_secret: secret(),
  access_token: secret(),
  refresh_token: secret(),
  expires_at: lazy((value: unknown) =>
    typeof value === 'number'
      ? number().strict().min(EPOCH_SECONDS[0], EXPIRY).max(EPOCH_SECONDS[1], EXPIRY).required(EXPIRY)
      : string()
          .strict()
          .typeError(EXPIRY)
          .required(EXPIRY)
          .test('instant', EXPIRY, (text) => WITH_OFFSET.test(text) && !Number.isNaN(Date.parse(text))),
  ),
  token_url: string()
    .strict()
    .typeError(TOKEN_URL)
    .required(TOKEN_URL)
    .test('url', TOKEN_URL, (text) => Object.hasOwn(PORTALS, text) || isTokenUrl(text)),
  scopes: mixed<string | string[]>().test(
    'scopes',
    SCOPES,
    (value) => value === undefined || typeof value === 'string' || isTexts.isValidSync(value),
  ),
})
  .typeError(DOCUMENT)
  .required(DOCUMENT);

/** A grant that another tool obtained. */
export interface ImportedGrant {
  readonly client_id: string;
  readonly client_secret: string;
  readonly access_token: string;
  readonly refresh_token: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
  readonly token_url: string;
  /** Undefined if the file has none. */
  readonly scopes: readonly string[] | undefined;
}

const parse = (path: string, text: string): InferType<typeof importSchema> => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON.`);
  }
  try {
    return importSchema.validateSync(document);
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    throw new UsageError(`${path}: ${error.path || 'the file'} ${error.message}.`);
  }
};

/** Reads a grant. Throws a UsageError that names the field, never its value. */
export const readImportFile = (path: string): ImportedGrant => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error: unknown) {
    throw new UsageError(`Cannot read ${path}: ${systemReason(error)}.`);
  }
  const { expires_at, token_url, scopes, ...application } = parse(path, text);
  return {
    client_id: application.client_id,
    client_secret: application.client_secret,
    access_token: application.access_token,
    refresh_token: application.refresh_token,
    expires_at: iso(typeof expires_at === 'number' ? expires_at * 1000 : Date.parse(expires_at)),
    token_url: Object.hasOwn(PORTALS, token_url)
      ? PORTALS[token_url as keyof typeof PORTALS].tokenUrl
      : token_url,
    scopes: typeof scopes === 'string' ? scopes.split(/\s+/).filter(Boolean) : scopes,
  };
};

/** Whether other users of the machine can read the file. */
export const isOpenToOthers = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;
