import type { Day } from '../../../shared/contract/day.ts';
import { checkCredentials } from '../../../shared/oura/check-credentials.ts';
import { createOuraClient } from '../../../shared/oura/client.ts';
import { describeError } from '../../../shared/runtime/errors.ts';
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

/** Whether a server answers at `baseUrl`, whatever it answers: asked without a key. */
export const reachOura = async (baseUrl: string): Promise<Reached> => {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v2/usercollection/personal_info`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    const told = Date.parse(response.headers.get('date') ?? '');
    const serverTime = Number.isNaN(told) ? undefined : told;
    const finding =
      response.status >= 500
        ? warning(
            'Oura',
            `${baseUrl} answers ${response.status}`,
            'wait: dates that fail meanwhile are tried again for two hours',
          )
        : ok('Oura', `${baseUrl} answers`);
    return { finding, serverTime };
  } catch (error: unknown) {
    const finding = problem(
      'Oura',
      `${baseUrl} cannot be reached (${reasonOf(error)})`,
      'check the network, a firewall, and OURA_API_BASE_URL',
    );
    return { finding, serverTime: undefined };
  }
};

/** Whether Oura accepts the key. `advice` says where it is kept. The key is in no finding. */
export const checkKey = async (
  baseUrl: string,
  key: string,
  today: Day,
  advice: string,
): Promise<Finding> => {
  const token = key.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
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
    return problem('key', describeError(error).message, advice);
  }
};
