import { causeSentence } from '../../../shared/core/causes.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { checkCredentials } from '../../../shared/oura/api/check-credentials.ts';
import { createOuraClient, type OuraClient } from '../../../shared/oura/api/client.ts';
import { isDenial } from '../../../shared/oura/errors.ts';

/** For a few requests, which take well under a second each. */
const TIMEOUT_MS = 20_000;

/** Oura's response to an access token. */
export interface Proof {
  /** `unknown` if Oura is unavailable or rate-limits. */
  readonly verdict: 'accepted' | 'unknown';
  /** Oura's id of the user; undefined if unknown. */
  readonly userId: string | undefined;
  /** Whether the token may read blood oxygen; undefined if unknown. */
  readonly spo2: boolean | undefined;
}

export const ouraClient = (baseUrl: string, accessToken: string): OuraClient => {
  const deadline = performance.now() + TIMEOUT_MS;
  return createOuraClient({
    baseUrl,
    accessToken: async () => accessToken,
    retries: 1,
    timeLeft: () => deadline - performance.now(),
  });
};

/** `unknown` if there is no response, or another server's. */
export type Verdict =
  | { readonly kind: 'accepted' | 'unknown' }
  /** 401 or 403; `reason` is a clause. */
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly reason: string };

/** Tests the token with the requests that a night needs. Never throws. */
export const verdictOn = async (client: OuraClient, today: Day): Promise<Verdict> => {
  try {
    return { kind: await checkCredentials(client, today) };
  } catch (error: unknown) {
    if (isDenial(error)) return { kind: 'refused', status: error.status, reason: causeSentence(error.name) };
    return { kind: 'unknown' };
  }
};

/** Oura's id of the user; undefined if unknown. */
export const userIdOf = (client: OuraClient): Promise<string | undefined> =>
  client.personalInfo().then(
    ({ id }) => id,
    () => undefined,
  );

const maySpo2 = async (client: OuraClient, today: Day): Promise<boolean | undefined> => {
  try {
    await client.pages('daily_spo2', { start_date: addDays(today, -1), end_date: today }).next();
    return true;
  } catch (error: unknown) {
    return isDenial(error) ? false : undefined;
  }
};

/** Tests the token with the requests that a night needs. Throws the errors of {@link checkCredentials}. */
export const prove = async (baseUrl: string, accessToken: string, today: Day): Promise<Proof> => {
  const client = ouraClient(baseUrl, accessToken);
  const verdict = await checkCredentials(client, today);
  if (verdict === 'unknown') return { verdict, userId: undefined, spo2: undefined };
  const [userId, spo2] = await Promise.all([userIdOf(client), maySpo2(client, today)]);
  return { verdict, userId, spo2 };
};
