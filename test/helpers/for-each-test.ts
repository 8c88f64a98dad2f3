/**
 * Opens a resource before each test and closes it after the test. Returns one object for all tests, with the plain properties of
 * the currently open resource (a getter would be read only once). Hooks run in order of registration, so resources that must be
 * closed earlier need a hook registered before this one.
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
