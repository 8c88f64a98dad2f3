import { addAbortSignal, type Readable } from 'node:stream';
import { EXPLANATION } from '../pace/limits.ts';

/** Reads a decompressed body as UTF-8. Undefined if it exceeds `mostBytes`. Throws if it breaks or `signal` aborts. */
export const readBody = async (
  body: Readable,
  mostBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of addAbortSignal(signal, body)) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  // Drops a byte order mark, which JSON.parse would reject.
  return new TextDecoder().decode(Buffer.concat(chunks));
};

/** Reads the body of a failed response, within limits. Undefined if it is unreadable: that never changes the verdict. */
export const readExplanation = (body: Readable, signal: AbortSignal): Promise<string | undefined> =>
  readBody(
    body,
    EXPLANATION.mostBytes,
    AbortSignal.any([signal, AbortSignal.timeout(EXPLANATION.longestMs)]),
  ).catch(() => undefined);
