import { systemClock } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import type { Stored } from '../../operations/credentials/stored-credentials.ts';
import { withConnectTarget } from '../connect/target.ts';
import { suggest } from '../print/advice.ts';
import { ouraApiKey, ouraBaseUrl } from '../target/ring.ts';
import { suggestConnect } from '../target/ring-of-folder.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import type { Source } from './compare.ts';

/** Oura's sandbox. It is documented to accept any token, and to respond with 400 without one, so this is no secret. */
export const sandboxSource = (env: NodeJS.ProcessEnv): Source => ({
  kind: 'sandbox',
  baseUrl: ouraBaseUrl(env),
  accessToken: 'sandbox',
  today: dayIn('UTC', systemClock.now()),
});

/** The stored access token. An expired one is left for the next run: a check must not use up the single-use refresh token. */
const storedToken = (stored: Stored, place: string, options: StackOptions): string => {
  const connect = `run ${suggestConnect(options)}`;
  const sandbox = 'run npm run contract -- --sandbox, which needs no account';
  switch (stored.kind) {
    case 'token':
      return stored.token;
    case 'none':
      return refuse(`Not connected: ${connect}, or ${sandbox}.`);
    case 'unusable':
      return refuse(`${place} ${stored.reason}: ${connect}, or ${sandbox}.`);
    case 'unreadable':
      return refuse(`You may not read ${place}: ${sandbox}.`);
    case 'connection': {
      const { access_token, expires_at } = stored.connection;
      return Date.parse(expires_at) > systemClock.now()
        ? access_token
        : refuse(
            `The access token has expired: run ${suggest('start', options, '--once')}, which refreshes it, then try again.`,
          );
    }
  }
};

const refuse = (sentence: string): never => {
  throw new UsageError(sentence);
};

/** The account that `npm start` or the stack reads. Throws a UsageError if there is no usable token. */
export const accountSource = (options: StackOptions, env: NodeJS.ProcessEnv): Promise<Source> =>
  withConnectTarget(options, env, async ({ store, baseUrl, today }) => {
    const given = options.aws ? undefined : ouraApiKey(env);
    const accessToken = given ?? storedToken(await store.read(), store.place, options);
    return { kind: 'account', baseUrl, accessToken, today };
  });
