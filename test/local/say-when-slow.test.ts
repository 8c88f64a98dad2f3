import { setTimeout as sleep } from 'node:timers/promises';
import { sayWhenSlow } from '../../services/local/say-when-slow.ts';

test('says what is waited for, only if it takes long, and passes the result on', async () => {
  const said: string[] = [];
  const say = (sentence: string) => void said.push(sentence);
  expect(await sayWhenSlow(say, 'Opening.', Promise.resolve(1), 10)).toBe(1);
  await sleep(30);
  expect(said).toEqual([]);
  await expect(
    sayWhenSlow(
      say,
      'Opening.',
      sleep(60).then(() => Promise.reject(new Error('no'))),
      10,
    ),
  ).rejects.toThrow('no');
  expect(said).toEqual(['Opening.']);
});
