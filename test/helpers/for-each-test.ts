/**
 * Opens something before each test and closes it after it. What is returned is the same object for all tests, which holds what is
 * open now, its plain properties: a getter would be read once. Hooks run in the order they are registered in: what must be closed before this is closed by a hook above it.
 */
export const forEachTest = <Opened extends object>(
  open: () => Promise<Opened>,
  close: (opened: Opened) => PromiseLike<void>,
): Opened => {
  const opened = {} as Opened;
  beforeEach(async () => {
    Object.assign(opened, await open());
  });
  afterEach(() => close(opened));
  return opened;
};
