import { setImmediate as settle } from 'node:timers/promises';
import { reportStall } from '../../../services/cli/print/report-stall.ts';

const standing = (done: number) => ({ done, total: 9, requests: 1 }) as never;

test('says once for each stall why no date settles', async () => {
  const said: string[] = [];
  let now = 0;
  const look = reportStall({
    seconds: () => now,
    problems: async () => ['The disk is full.'],
    doctor: 'npm run doctor',
    say: (line) => void said.push(line),
  });
  for (const [at, done] of [
    [0, 0],
    [29, 0],
    [29, 1],
    [58, 1],
  ] as const) {
    now = at;
    look(standing(done));
  }
  await settle();
  expect(said).toEqual([]);
  const stall = ['No date has settled for 30 s. For more, run npm run doctor.', 'The disk is full.'];
  for (const [at, done] of [
    [59, 1],
    [90, 1],
    [91, 2],
    [121, 2],
  ] as const) {
    now = at;
    look(standing(done));
    await settle();
    expect(said).toEqual(at < 121 ? stall : [...stall, ...stall]);
  }
});

test('says so too if the state cannot be read', async () => {
  const said: string[] = [];
  let now = 0;
  const problems = () => Promise.reject(new Error('closed'));
  const look = reportStall({
    seconds: () => now,
    problems,
    doctor: 'doctor',
    say: (line) => void said.push(line),
  });
  look(standing(0));
  now = 31;
  look(standing(0));
  await settle();
  expect(said).toEqual(['No date has settled for 30 s. For more, run doctor.']);
});
