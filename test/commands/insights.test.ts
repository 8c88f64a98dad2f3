import { METRIC_NAMES } from '../../shared/core/metrics.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';

// All tests use one data folder with a season of nights and of the simulated lifter.
let dataDir: DataFolder;
const run = (...args: string[]) => runCommand(['insights', ...args, ...dataDir.option]);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run('--format', 'json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

beforeAll(async () => {
  dataDir = await temporaryDataDir();
  // A season with rare nights.
  const season = ['--seed', '2', '--days', '120', '--now', '2026-03-10T12:00:00-07:00', ...dataDir.option];
  expect(await runCommand(['start', '--once', ...season])).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => dataDir.remove());

test('JSON has the documented shape and is as of the newest night', async () => {
  const insights = await json();
  expect(Object.keys(insights)).toEqual([
    ...['as_of', 'nights', 'trends', 'rare_nights', 'measures'],
    ...['sleep_to_training', 'training_to_sleep', 'simulated'],
  ]);
  expect(insights.as_of).toBe('2026-03-10');
  expect(insights.trends).toHaveLength(METRIC_NAMES.length);
  expect(insights.trends[0]).toEqual({
    metric: 'total_sleep_duration',
    n: 90,
    mean_7: expect.any(Number),
    mean_28: expect.any(Number),
    slope_per_day: expect.any(Number),
    slope_ci: [expect.any(Number), expect.any(Number)],
    baseline: expect.any(Number),
    change: expect.any(Number),
  });
  expect(insights.rare_nights[0]).toEqual({
    date: expect.stringMatching(/^202[56]-\d\d-\d\d$/),
    once_in_nights: expect.any(Number),
    rarity: expect.stringMatching(
      /^about once in |^rarer than any of your \d+ nights? compared before it$|^among the rarest of /,
    ),
    kind: expect.stringMatching(/^(good|bad|mixed|possible illness)$/),
    metrics: expect.arrayContaining([
      {
        metric: expect.any(String),
        value: expect.any(Number),
        usual: [expect.any(Number), expect.any(Number)],
        deviation: expect.any(Number),
      },
    ]),
    episode: { first: expect.any(String), last: expect.any(String), nights: expect.any(Number) },
    sentence: expect.stringMatching(/\.$/),
  });
  for (const direction of ['sleep_to_training', 'training_to_sleep']) {
    expect(insights[direction]).toEqual({
      sessions: expect.any(Number),
      primary: expect.any(Array),
      explored: expect.any(Number),
      exploratory: expect.any(Array),
      explained: expect.any(Array),
    });
    const [effect] = insights[direction].primary;
    expect(effect).toEqual({
      sleep_metric: 'total_sleep_duration',
      training_metric: 'volume_load',
      lag_days: 0,
      n: expect.any(Number),
      rho: expect.any(Number),
      ci: [expect.any(Number), expect.any(Number)],
      p: expect.any(Number),
      q: expect.any(Number),
      verdict: expect.stringMatching(/^(likely|undecided|no larger effect)$/),
      beyond_chance: expect.any(Boolean),
      holds: expect.any(Boolean),
      natural: {
        per: expect.any(String),
        change: expect.any(Number),
        ci: [expect.any(Number), expect.any(Number)],
        unit: expect.stringMatching(/^(kg|min)$/),
      },
      stability: {
        thirds: [expect.any(Number), expect.any(Number), expect.any(Number)],
        months: expect.any(Number),
        months_held: expect.any(Number),
        without_a_month: [expect.any(Number), expect.any(Number)],
      },
      reversal: null,
      turning_point: null,
      detectable: expect.any(Number),
      sessions_to_decide: effect.verdict === 'undecided' ? expect.any(Number) : null,
      no_effect_beyond: expect.any(Number),
      sentence: expect.stringMatching(/\.$/),
    });
  }
});

test('the same command prints the same result', async () => {
  expect(await json()).toEqual(await json());
});

test('the text begins with the sentences of the likely pairs, and says what is undecided', async () => {
  const { code, stdout } = await run();
  expect(code).toBe(0);
  const { sleep_to_training: report } = await json();
  const sentences = report.primary.flatMap(({ verdict, sentence }: Record<string, string>) =>
    verdict === 'likely' ? [`- ${sentence}`] : [],
  );
  expect(stdout).toContain(
    [`Sleep before training (${report.sessions} sessions with a night)`, ...sentences].join('\n'),
  );
  for (const title of ['Undecided: ', 'Sleep after training (', 'Rare nights', 'Trends'])
    expect(stdout).toContain(`\n${title}`);
});

test('--as-of ignores later data', async () => {
  const earlier = await json('--as-of', '2026-01-10');
  expect(earlier.as_of).toBe('2026-01-10');
  expect(earlier.rare_nights.every(({ date }: { date: string }) => date <= '2026-01-10')).toBe(true);
  expect(earlier.trends[0].n).toBeLessThan(90);
});

test('rejects an --as-of in the future in one sentence, with exit code 2', async () => {
  expect(await run('--as-of', '2999-01-01')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^The date 2999-01-01 is in the future: today is [\d-]+\.\n$/),
  });
});

test('says that there are no nights before the first one', async () => {
  expect(await run('--as-of', '2020-01-01')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\n\nNo insights yet: no night in this range was known on 2020-01-01\.\n$/),
    stderr: '',
  });
  expect(await json('--to', '2020-01-01')).toMatchObject({
    trends: [],
    rare_nights: [],
    sleep_to_training: { sessions: 0 },
  });
});

test.each([
  [['--from', '2026-03-02', '--to', '2026-03-01'], 'The range 2026-03-02 to 2026-03-01 is reversed.\n'],
  [['--from', '2026-03-02', '--as-of', '2026-03-01'], '--from 2026-03-02 is after --as-of 2026-03-01.\n'],
  [['--as-of', 'soon'], expect.stringContaining('It must be a date YYYY-MM-DD.')],
])('rejects %j in one sentence', async (args, stderr) => {
  expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr });
});
