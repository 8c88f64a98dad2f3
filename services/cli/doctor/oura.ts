import type { Day } from '../../../shared/core/day.ts';
import { consequencesOf, describeError, isLockedOut } from '../../../shared/core/errors.ts';
import { checkCredentials } from '../../../shared/oura/api/check-credentials.ts';
import { createOuraClient } from '../../../shared/oura/api/client.ts';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const REACH_TIMEOUT_MS = 10_000;
/** For the check of the key: an answer takes well under a second. */
const ASK_TIMEOUT_MS = 20_000;

export interface Reached {
  readonly finding: Finding;
  /** Epoch ms, by the `Date` of the answer. */
  readonly serverTime: number | undefined;
}

/** Why no answer came: the system's code, which fetch keeps in the cause, else a sentence. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer in ${REACH_TIMEOUT_MS / 1000} s`;
  return cause?.code ?? cause?.message ?? String(error);
};

/** What sends whoever has named another server back to look at it. */
const CHECK_URL = 'check OURA_API_BASE_URL (of a stack on AWS: the setting ouraApiBaseUrl)';

/** Whether a status is one of Oura's to a request without a key; 3xx and 404 are what another server says. */
const isOuras = (status: number): boolean => status < 300 || (status >= 400 && status !== 404);

const judge = (baseUrl: string, status: number): Finding => {
  const said = `${baseUrl} answers ${status}`;
  if (status >= 500)
    return warning('Oura', said, 'wait: dates that fail meanwhile are tried again for two hours');
  return isOuras(status)
    ? ok('Oura', `${baseUrl} answers`)
    : problem('Oura', `${said}: it is not Oura's API`, CHECK_URL);
};

/** Whether Oura's API is at `baseUrl`: asked without a key. */
export const reachOura = async (baseUrl: string): Promise<Reached> => {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v2/usercollection/personal_info`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    const told = Date.parse(response.headers.get('date') ?? '');
    const serverTime = Number.isNaN(told) ? undefined : told;
    return { finding: judge(baseUrl, response.status), serverTime };
  } catch (error: unknown) {
    const finding = problem(
      'Oura',
      `${baseUrl} cannot be reached (${reasonOf(error)})`,
      `check the network and a firewall; ${CHECK_URL}`,
    );
    return { finding, serverTime: undefined };
  }
};

/** What asking Oura takes. */
export interface OuraContext {
  readonly baseUrl: string;
  readonly today: Day;
  /** Epoch ms. */
  readonly now: number;
  /** The command that connects. */
  readonly connect: string;
}

/** Whether Oura accepts the key. `advice` says where it is kept. The key is in no finding. */
export const checkKey = async (
  { baseUrl, today }: Pick<OuraContext, 'baseUrl' | 'today'>,
  key: string,
  advice: string,
): Promise<Finding> => {
  const token = key.trim();
  if (!isOneWord(token)) {
    return problem('key', 'is not a token: it is empty, or has spaces or quotes in it', advice);
  }
  const deadline = performance.now() + ASK_TIMEOUT_MS;
  const client = createOuraClient({
    baseUrl,
    accessToken: async () => token,
    retries: 1,
    timeLeft: () => deadline - performance.now(),
  });
  try {
    return (await checkCredentials(client, today)) === 'accepted'
      ? ok('key', 'Oura accepts it')
      : warning(
          'key',
          'Oura does not say whether it accepts it: it is unavailable, or its rate limit is reached',
          'try again later',
        );
  } catch (error: unknown) {
    const { message } = describeError(error);
    return isLockedOut(consequencesOf(error))
      ? problem('key', message, advice)
      : problem('Oura', message, CHECK_URL);
  }
};
