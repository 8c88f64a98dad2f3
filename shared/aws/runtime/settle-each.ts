import pMap from 'p-map';

/** Requests to AWS under way at once: well below the SDK's 50 sockets, above which it queues and complains. */
const AT_ONCE = 10;

/** What `Promise.allSettled` gives for `work` on each item, in order, with ten under way at a time. */
export const settleEach = <Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<PromiseSettledResult<void>[]> =>
  pMap(
    items,
    async (item, index): Promise<PromiseSettledResult<void>> => {
      try {
        return { status: 'fulfilled', value: await work(item, index) };
      } catch (reason: unknown) {
        return { status: 'rejected', reason };
      }
    },
    { concurrency: AT_ONCE },
  );
