import { causeSentence } from '../../../shared/core/causes.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { checkCredentials } from '../../../shared/oura/api/check-credentials.ts';
import { createOuraClient, type OuraClient } from '../../../shared/oura/api/client.ts';
import { isDenial } from '../../../shared/oura/errors.ts';

/** An answer takes well under a second; a few of them are asked for. */
const PATIENCE_MS = 20_000;

/** What Oura says of an access token. */
export interface Proof {
  /** `unknown` where Oura is unavailable or rate-limits. */
  readonly verdict: 'accepted' | 'unknown';
  /** Oura's id of the user; undefined where it did not tell. */
  readonly userId: string | undefined;
  /** Whether blood oxygen may be read; undefined where Oura did not say. */
  readonly spo2: boolean | undefined;
}

export const ouraClient = (baseUrl: string, accessToken: string): OuraClient => {
  const deadline = performance.now() + PATIENCE_MS;
  return createOuraClient({
    baseUrl,
    accessToken: async () => accessToken,
    retries: 1,
    timeLeft: () => deadline - performance.now(),
  });
};

/** What Oura says of a token now. `unknown` where it says nothing of it, since nobody or another server answers. */
export type Verdict =
  | { readonly kind: 'accepted' | 'unknown' }
  /** 401, or 403: by its `reason`, a clause. */
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly reason: string };

/** Asks Oura whether it accepts the token for what a night needs. Never throws. */
export const verdictOn = async (client: OuraClient, today: Day): Promise<Verdict> => {
  try {
    return { kind: await checkCredentials(client, today) };
  } catch (error: unknown) {
    if (isDenial(error)) return { kind: 'refused', status: error.status, reason: causeSentence(error.name) };
    return { kind: 'unknown' };
  }
};

/** Whose token it is; undefined where Oura does not tell. */
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

/** Asks Oura with the token for what a night needs. Throws what {@link checkCredentials} throws. */
export const prove = async (baseUrl: string, accessToken: string, today: Day): Promise<Proof> => {
  const client = ouraClient(baseUrl, accessToken);
  const verdict = await checkCredentials(client, today);
  if (verdict === 'unknown') return { verdict, userId: undefined, spo2: undefined };
  const [userId, spo2] = await Promise.all([userIdOf(client), maySpo2(client, today)]);
  return { verdict, userId, spo2 };
};
