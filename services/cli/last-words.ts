/** Does what must be done, and returns the error that decides the exit code. */
type Say = (error: unknown) => Promise<unknown>;

let say: Say | undefined;

/** Sets what is done before an error that no one catches ends the process. */
export const onFatalError = (handler: Say): void => {
  say = handler;
};

/** Does it once: another error meanwhile ends the process at once. */
export const lastWords = async (error: unknown): Promise<unknown> => {
  const handler = say;
  say = undefined;
  return handler ? handler(error) : error;
};
