import { useCallback, useEffect, useState } from 'preact/hooks';
import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import type { ErrorAnswer } from '../server/api.ts';
import { proofHeader } from './proof.ts';

/** The server responded with an error, or not at all. The message is a sentence for the user. */
export class Refused extends AppError {
  override readonly name = 'Refused';
  override readonly consequences: Consequences = PERMANENT;
}

const sentenceOf = async (response: Response): Promise<string> => {
  try {
    return ((await response.json()) as ErrorAnswer).error;
  } catch {
    return `The server returned status ${response.status}.`;
  }
};

/** Sends a request to our server. Throws {@link Refused}. */
export const request = async (
  path: string,
  { headers, ...init }: RequestInit & { readonly headers?: Record<string, string> } = {},
): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers, ...proofHeader() } });
  } catch (cause: unknown) {
    throw new Refused('The server of this page is not running. Start it again.', { cause });
  }
  if (!response.ok) throw new Refused(await sentenceOf(response));
  return response;
};

const ask = async <Answer>(path: string, init?: Parameters<typeof request>[1]): Promise<Answer> =>
  (await (await request(path, init)).json()) as Answer;

/** Starts an action on the server. */
export const post = <Answer>(path: string, body: object = {}): Promise<Answer> =>
  ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The state of a request. The previous answer stays until the next one arrives. */
export interface Loaded<Answer> {
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
}

/** Loads `path`, again when it or `version` changes. Loads nothing if `path` is undefined. */
export const useAnswer = <Answer>(path: string | undefined, version: unknown = 0): Loaded<Answer> => {
  const [loaded, setLoaded] = useState<Loaded<Answer>>({
    answer: undefined,
    error: undefined,
    loading: true,
  });
  useEffect(() => {
    if (path === undefined) return;
    const leaving = new AbortController();
    setLoaded((before) => ({ ...before, loading: true }));
    ask<Answer>(path, { signal: leaving.signal }).then(
      (answer) => setLoaded({ answer, error: undefined, loading: false }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        setLoaded((before) => ({ ...before, error: sentenceFor(error), loading: false }));
      },
    );
    return () => leaving.abort();
  }, [path, version]);
  return loaded;
};

/** An error as a sentence for the user. */
const sentenceFor = (error: unknown): string =>
  error instanceof Refused ? error.message : 'Something went wrong. Reload the page.';

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
