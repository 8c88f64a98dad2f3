import pMap from 'p-map';

/** Concurrent requests to AWS: well below the SDK's 50 sockets, above which it queues requests and logs a warning. */
const AT_ONCE = 10;

/** Like `Promise.allSettled` for `work` on each item, in order, with at most ten running at a time. */
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
