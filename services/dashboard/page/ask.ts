import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ErrorAnswer } from '../server/api.ts';

/** What the server said instead of an answer, or that it said nothing. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const sentenceOf = async (response: Response): Promise<string> => {
  try {
    return ((await response.json()) as ErrorAnswer).error;
  } catch {
    return `The server answered ${response.status}.`;
  }
};

/** The answer of our server as JSON. Throws {@link Refused} with one sentence. */
const ask = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause: unknown) {
    throw new Refused('The server of this page does not answer: it has ended. Start it again.', { cause });
  }
  if (!response.ok) throw new Refused(await sentenceOf(response));
  return (await response.json()) as Answer;
};

/** Asks for something to be done. */
export const post = <Answer>(path: string, body: object = {}): Promise<Answer> =>
  ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** An answer as it is loaded: the last one stays until the next is there. */
export interface Loaded<Answer> {
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
}

/** The answer of `path`, loaded anew when it or `version` changes; nothing where it is undefined. */
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
        setLoaded((before) => ({ ...before, error: wordOf(error), loading: false }));
      },
    );
    return () => leaving.abort();
  }, [path, version]);
  return loaded;
};

/** One sentence for an error. */
const wordOf = (error: unknown): string =>
  error instanceof Refused ? error.message : 'This page stumbled; reload it.';

/** An action of the user's: whether it is under way, and what came of it. */
export const useAction = (
  work: () => Promise<string>,
): { busy: boolean; said: string | undefined; run: () => void } => {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string>();
  const run = useCallback(() => {
    setBusy(true);
    work()
      .then(setSaid, (error: unknown) => setSaid(wordOf(error)))
      .finally(() => setBusy(false));
  }, [work]);
  return { busy, said, run };
};
