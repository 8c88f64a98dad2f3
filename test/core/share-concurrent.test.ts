import { shareConcurrent } from '../../shared/core/share-concurrent.ts';

test('calls at the same time share one result, and a later call begins anew, also after a failure', async () => {
  let calls = 0;
  const read = shareConcurrent(async () => {
    calls += 1;
    if (calls === 2) throw new Error('out of order');
    return calls;
  });
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  await expect(read()).rejects.toThrow('out of order');
  expect(await read()).toBe(3);
});
