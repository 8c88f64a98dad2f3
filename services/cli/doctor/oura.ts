import type { Day } from '../../../shared/core/day.ts';
import { consequencesOf, describeError, isLockedOut } from '../../../shared/core/errors.ts';
import { checkCredentials } from '../../../shared/oura/api/check-credentials.ts';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { ouraClient } from '../connect/prove.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const REACH_TIMEOUT_MS = 10_000;

export interface Reached {
  readonly finding: Finding;
  /** Epoch ms, from the `Date` header. */
  readonly serverTime: number | undefined;
}

/** Why there was no response: the system's code, which fetch keeps in the cause, else a message. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no response in ${REACH_TIMEOUT_MS / 1000} s`;
  return cause?.code ?? cause?.message ?? String(error);
};

const CHECK_URL = 'check OURA_API_BASE_URL (on AWS: the setting ouraApiBaseUrl)';

/** Whether Oura returns this status for a request without a key. Other servers return 3xx or 404. */
const isOuras = (status: number): boolean => status < 300 || (status >= 400 && status !== 404);

const judge = (baseUrl: string, status: number): Finding => {
  const said = `${baseUrl} returns ${status}`;
  if (status >= 500) return warning('Oura', said, 'wait: failed dates are tried again');
  return isOuras(status)
    ? ok('Oura', `${baseUrl} responds`)
    : problem('Oura', `${said}: it is not Oura's API`, CHECK_URL);
};

/** Checks, without a key, that Oura's API is at `baseUrl`. */
export const reachOura = async (baseUrl: string): Promise<Reached> => {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v2/usercollection/personal_info`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    const time = Date.parse(response.headers.get('date') ?? '');
    const serverTime = Number.isNaN(time) ? undefined : time;
    return { finding: judge(baseUrl, response.status), serverTime };
  } catch (error: unknown) {
    const finding = problem(
      'Oura',
      `${baseUrl} cannot be reached (${reasonOf(error)})`,
      `check the network, any firewall and any proxy; ${CHECK_URL}`,
    );
    return { finding, serverTime: undefined };
  }
};

export interface OuraContext {
  readonly baseUrl: string;
  readonly today: Day;
  /** Epoch ms. */
  readonly now: number;
  readonly timeZone: string;
  /** The command that connects. */
  readonly connect: string;
}

/** Checks that Oura accepts the key. No finding contains the key. */
export const checkKey = async (
  { baseUrl, today }: Pick<OuraContext, 'baseUrl' | 'today'>,
  key: string,
  advice: string,
): Promise<Finding> => {
  const token = key.trim();
  if (!isOneWord(token)) {
    return problem('key', 'not a token: it is empty, or contains spaces or quotes', advice);
  }
  try {
    return (await checkCredentials(ouraClient(baseUrl, token), today)) === 'accepted'
      ? ok('key', 'Oura accepts it')
      : warning('key', 'not tested: Oura is unavailable, or its rate limit is reached', 'try again later');
  } catch (error: unknown) {
    const { message } = describeError(error);
    return isLockedOut(consequencesOf(error))
      ? problem('key', message, advice)
      : problem('Oura', message, CHECK_URL);
  }
};
