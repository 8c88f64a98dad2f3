import { createHash } from 'node:crypto';
import { array, type InferType, object, string } from 'yup';
import { keepsSecrets, SECRET_URL } from '../../core/loopback.ts';
import { isOneWord } from './one-word.ts';
import { REQUESTED_SCOPES } from './portals.ts';

const url = () =>
  string()
    .required()
    .test('url', `must be ${SECRET_URL}`, (value) => isTokenUrl(value));

/** Whether a client secret may be sent to the URL `text`. */
export const isTokenUrl = (text: string | undefined): boolean =>
  text !== undefined && URL.canParse(text) && keepsSecrets(new URL(text));

const isInstant = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));

const INSTANT = 'must be an ISO 8601 instant with offset';
const instant = () => string().required().test('instant', INSTANT, isInstant);

const secret = () =>
  string()
    .required()
    .test('secret', 'must be printable, without spaces', (value) => isOneWord(value));

/** What `npm run connect` stores instead of a personal access token: one OAuth2 grant of one user to one application. */
const connectionSchema = object({
  client_id: string().required(),
  client_secret: string().required(),
  access_token: secret(),
  /** Single-use: each refresh returns the next one. */
  refresh_token: secret(),
  /** ISO 8601: when `access_token` expires, by `expires_in` of its response. */
  expires_at: instant(),
  /** The URL that exchanges the pair for the next one. */
  token_url: url(),
  /** Used once if `token_url` responds to a refresh with 400 or 401; null if there is no other. */
  fallback_token_url: string()
    .nullable()
    .defined()
    .test('url', `must be ${SECRET_URL}`, (value) => value === null || isTokenUrl(value)),
  /** As granted, bare names: `daily`, `spo2`. */
  scopes: array(string().required()).required(),
  connected_at: instant(),
  /** null before the first refresh. */
  refreshed_at: string()
    .nullable()
    .defined()
    .test('instant', INSTANT, (value) => value === null || isInstant(value)),
}).noUnknown();

export type Connection = Readonly<InferType<typeof connectionSchema>>;

/**
 * Parses a stored connection. Undefined if `text` is not a JSON object, and so a bare token. Throws yup's
 * ValidationError, whose message may hold a secret: do not log it.
 */
export const parseConnection = (text: string): Connection | undefined =>
  text.trimStart().startsWith('{')
    ? connectionSchema.validateSync(JSON.parse(text), { strict: true })
    : undefined;

/**
 * Identifies a refresh token without revealing it: the first 16 hex digits of its SHA-256. May be logged and
 * kept in the ledger.
 */
export const fingerprint = (refreshToken: string): string =>
  createHash('sha256').update(refreshToken).digest('hex').slice(0, 16);

/** Returns the scopes that a night needs and that are missing in `granted`. */
export const missingScopes = (granted: readonly string[]): string[] =>
  REQUESTED_SCOPES.filter((scope) => !granted.includes(scope));
