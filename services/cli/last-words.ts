type Say = (error: unknown) => Promise<void>;

let say: Say | undefined;

/** Sets what is done before an error that no one catches ends the process. */
export const onFatalError = (handler: Say): void => {
  say = handler;
};

/** Does it once: another error meanwhile ends the process at once. */
export const lastWords = async (error: unknown): Promise<void> => {
  const handler = say;
  say = undefined;
  await handler?.(error);
};
