/** Something that an answer does not contain. */
export interface LeftOut {
  readonly what: string;
  /** What to call to get it. */
  readonly how: string;
}

/** A list of an answer that is shortened if the answer is too large. */
export interface AnswerList {
  /** The name of its field. */
  readonly name: string;
  readonly items: readonly unknown[];
  /** What is said if only the first `kept` items fit. */
  readonly rest: (kept: number) => LeftOut;
}

/** An answer before it is written. */
export interface Answer {
  /** Always contained. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The most important one first: the last one is shortened first. */
  readonly lists?: readonly AnswerList[];
  /** Left out however large the answer may be. */
  readonly leftOut?: readonly LeftOut[];
}

/** The bytes that `text` takes in a message of the protocol, where quotation marks are escaped. */
const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const write = ({ facts, lists = [], leftOut = [] }: Answer, most: number): string => {
  let room = most;
  const shown: Record<string, unknown> = {};
  const rest: LeftOut[] = [...leftOut];
  for (const { name, items, rest: restOf } of lists) {
    const kept = Math.min(items.length, room);
    shown[name] = items.slice(0, kept);
    if (kept < items.length) rest.push(restOf(kept));
    room -= kept;
  }
  return JSON.stringify({ ...facts, ...shown, left_out: rest });
};

/**
 * Writes an answer as JSON of less than `limit` bytes. If it is larger, `left_out` says what is missing and how to get it. The
 * facts are always contained, so they must be small.
 */
export const fitAnswer = (answer: Answer, limit: number): string => {
  const fits = (most: number): boolean => sizeOf(write(answer, most)) < limit;
  const all = (answer.lists ?? []).reduce((count, { items }) => count + items.length, 0);
  if (fits(all)) return write(answer, all);
  // The size grows with the items, except where a list becomes complete and needs no sentence any more.
  let [low, high] = [0, all];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return write(answer, low);
};
