/** A user who sees nothing for longer than this wonders whether anything happens. */
const SLOW_MS = 5_000;

/** Waits for `work`. If it takes longer than 5 s, says what it is. @param sentence what is waited for, with a full stop */
export const sayWhenSlow = async <Result>(
  say: (sentence: string) => void,
  sentence: string,
  work: Promise<Result>,
  slowMs = SLOW_MS,
): Promise<Result> => {
  const timer = setTimeout(() => say(sentence), slowMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
};
