import { useCallback, useEffect, useState } from 'preact/hooks';
import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import type { ErrorAnswer } from '../server/api.ts';
import { reportConnection, TROUBLES, useConnection } from './connection.ts';
import { proofHeader } from './proof.ts';

/** The server responded with an error. The message is a sentence for the user. */
export class Refused extends AppError {
  override readonly name: string = 'Refused';
  override readonly consequences: Consequences = PERMANENT;
}

/** The server did not answer, or not to this browser. A notice above every view says so until it does. */
class Disconnected extends Refused {
  override readonly name = 'Disconnected';
  override readonly consequences: Consequences = PERMANENT;
}

const sentenceOf = async (response: Response): Promise<string> => {
  try {
    return ((await response.json()) as ErrorAnswer).error;
  } catch {
    return `The server returned status ${response.status}.`;
  }
};

const disconnected = (trouble: keyof typeof TROUBLES, options?: ErrorOptions): Disconnected => {
  reportConnection(trouble);
  return new Disconnected(TROUBLES[trouble], options);
};

/** Sends a request to our server. Throws {@link Refused}, or the reason of the abort. */
export const request = async (
  path: string,
  { headers, ...init }: RequestInit & { readonly headers?: Record<string, string> } = {},
): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers, ...proofHeader() } });
  } catch (cause: unknown) {
    throw init.signal?.aborted ? cause : disconnected('silent', { cause });
  }
  if (response.status === 401) throw disconnected('signed out');
  reportConnection(undefined);
  if (!response.ok) throw new Refused(await sentenceOf(response));
  return response;
};

/** Sends a request, and reads the whole body with `take`. Throws as {@link request} does, also if the server stops while it sends. */
export const receive = async <Body>(
  path: string,
  take: (response: Response) => Promise<Body>,
  init?: Parameters<typeof request>[1],
): Promise<Body> => {
  const response = await request(path, init);
  try {
    return await take(response);
  } catch (cause: unknown) {
    throw init?.signal?.aborted ? cause : disconnected('silent', { cause });
  }
};

const ask = async <Answer>(path: string, init?: Parameters<typeof request>[1]): Promise<Answer> =>
  JSON.parse(await receive(path, (response) => response.text(), init)) as Answer;

/** Starts an action on the server. */
export const post = <Answer>(path: string, body: object = {}): Promise<Answer> =>
  ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** How long to wait before a server that did not answer is asked again. */
export const RETRY_MS = 3000;

/** The state of a request. The previous answer stays until the next one arrives. */
export interface Loaded<Answer> {
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
}

/**
 * Loads `path`, again when it or `version` changes, and when the server answers again after it did not. Loads nothing if `path`
 * is undefined.
 */
export const useAnswer = <Answer>(path: string | undefined, version: unknown = 0): Loaded<Answer> => {
  const [loaded, setLoaded] = useState<Loaded<Answer>>({
    answer: undefined,
    error: undefined,
    loading: true,
  });
  const { recoveries } = useConnection();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (path === undefined) return;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const leaving = new AbortController();
    setLoaded((before) => ({ ...before, loading: true }));
    ask<Answer>(path, { signal: leaving.signal }).then(
      (answer) => setLoaded({ answer, error: undefined, loading: false }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        if (error instanceof Disconnected) waiting = setTimeout(() => setAttempt(attempt + 1), RETRY_MS);
        else setLoaded((before) => ({ ...before, error: sentenceFor(error), loading: false }));
      },
    );
    return () => {
      leaving.abort();
      clearTimeout(waiting);
    };
  }, [path, version, recoveries, attempt]);
  return loaded;
};

/** An error as a sentence for the user. */
const sentenceFor = (error: unknown): string =>
  error instanceof AppError ? error.message : 'Something went wrong. Reload the page.';

/** A user action: whether it is running, and its result as a sentence. */
export const useAction = (
  work: () => Promise<string>,
): { busy: boolean; result: string | undefined; run: () => void } => {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<string>();
  const run = useCallback(() => {
    setBusy(true);
    work()
      .then(setResult, (error: unknown) => setResult(sentenceFor(error)))
      .finally(() => setBusy(false));
  }, [work]);
  return { busy, result, run };
};
