import { mean } from 'simple-statistics';
import type { GapRow } from '../../../services/operations/gaps/gap-row.ts';
import { addDays } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../../helpers/command.ts';
import { type Answered, type ConnectedClient, connectClient } from '../../helpers/mcp-client.ts';

// Eight months with gaps and training, which are over: the commands and the server use the real clock.
const [FIRST, LAST] = ['2025-03-01', '2025-10-31'];
const SEPTEMBER = { from: '2025-09-01', to: '2025-09-30' };
const OCTOBER = { from: '2025-10-01', to: LAST };
const TUESDAY = 2;

let dataDir: DataFolder;
let assistant: ConnectedClient;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  const range = ['--from', FIRST, '--to', LAST, '--now', '2025-11-01T12:00:00-07:00'];
  const { code } = await runCommand(['start', '--once', '--ring', 'forgetful', ...range, ...dataDir.option]);
  expect(code).toBe(0);
  assistant = await connectClient(dataDir.option);
});
afterAll(async () => {
  await assistant[Symbol.asyncDispose]();
  await dataDir.remove();
});

/** The output of a command, which a user would compare with the answer. */
const printed = async (...args: string[]) => {
  const { code, stdout } = await runCommand([...args, '--format', 'json', ...dataDir.option]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

/** Every tool, with arguments that give a long answer. */
const everyAnswer = async (): Promise<Answered[]> => {
  const all = { from: FIRST, to: LAST };
  return [
    await assistant.ask('status'),
    await assistant.ask('due'),
    await assistant.ask('gaps'),
    await assistant.ask('nights', all),
    await assistant.ask('night', { date: OCTOBER.from }),
    await assistant.ask('compare_nights', { first: SEPTEMBER, second: OCTOBER }),
    await assistant.ask('insights'),
  ];
};

/** Numbers as the answer has them. */
const rounded = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'number' && !Number.isInteger(each) ? Number(each.toPrecision(4)) : each,
  );

test('"Why is last Tuesday missing" is answered with the reason, evidence and next step of gaps', async () => {
  const gaps: GapRow[] = await printed('gaps', '--from', FIRST, '--to', LAST);
  const tuesday = gaps.findLast(({ date }) => new Date(date).getUTCDay() === TUESDAY);
  const {
    date,
    attempts: _attempts,
    last_checked_at: _checked,
    ...facts
  } = tuesday ?? gaps[0] ?? { date: '' };
  const { value } = await assistant.ask('gaps', { from: date, to: date });
  expect(value).toMatchObject({ dates_without_night: 1, nights: 0, dates_not_over: 0 });
  expect(value.gaps).toEqual([{ from: date, to: date, dates: 1, ...facts }]);
  expect((await assistant.ask('night', { date })).value).toMatchObject({ stored: false, gap: { ...facts } });
});

test('gaps counts the dates of each reason as the command does, newest first', async () => {
  const gaps: GapRow[] = await printed('gaps', '--from', FIRST, '--to', LAST);
  const { value } = await assistant.ask('gaps', { from: FIRST, to: LAST });
  const counts = [...Map.groupBy(gaps, ({ reason }) => reason)].map(([reason, of]) => [reason, of.length]);
  expect(value).toMatchObject({
    dates_without_night: gaps.length,
    dates_by_reason: Object.fromEntries(counts),
  });
  const firsts = value.gaps.map(({ from }: { from: string }) => from);
  expect(firsts).toEqual(firsts.toSorted().reverse());
});

test('"How did I sleep in October compared with September" is answered with the nights of export', async () => {
  const { value } = await assistant.ask('compare_nights', { first: SEPTEMBER, second: OCTOBER });
  expect(value.metrics).toHaveLength(METRIC_NAMES.length);
  for (const [name, { from, to }] of Object.entries({ first: SEPTEMBER, second: OCTOBER })) {
    const nights: SleepRecord[] = await printed('export', '--from', from, '--to', to);
    const gaps: GapRow[] = await printed('gaps', '--from', from, '--to', to);
    expect(value[name]).toEqual({
      ...{ from, to, nights: nights.length, dates_without_night: gaps.length, dates_not_over: 0 },
      ...(gaps.length > 0 && { why_missing: `call gaps from ${from} to ${to}` }),
    });
    for (const metric of ['total_sleep_duration', 'sleep_score', 'temperature_delta'] as const) {
      const values = nights.flatMap((night) => night[metric] ?? []);
      const compared = value.metrics.find((each: { metric: string }) => each.metric === metric);
      expect(compared[name]).toMatchObject({
        nights: values.length,
        mean: Number(mean(values).toPrecision(6)),
      });
    }
  }
  const score = value.metrics.find(({ metric }: { metric: string }) => metric === 'sleep_score');
  const change = score.second.mean - score.first.mean;
  expect(score.difference).toBe(`${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(1)}`);
});

test('bedtimes are compared on the clock, across midnight', async () => {
  const { value } = await assistant.ask('compare_nights', {
    ...{ first: SEPTEMBER, second: OCTOBER },
    metrics: ['bedtime_start'],
  });
  const [{ first }] = value.metrics;
  expect(value.metrics).toHaveLength(1);
  expect(first.mean_shown).toMatch(/^(2[0-3]|0[0-3]):\d\d$/);
  expect(Math.abs(first.mean)).toBeLessThan(4 * 60);
  expect(first.unit).toMatch(/^min /);
});

test('nights has the selected columns of every stored night, as export has them', async () => {
  const fields = ['hrv', 'bedtime_end', 'revision'];
  const { value } = await assistant.ask('nights', { ...OCTOBER, fields });
  const nights: SleepRecord[] = await printed('export', '--from', OCTOBER.from, '--to', OCTOBER.to);
  const names = value.columns.map(({ name }: { name: string }) => name);
  expect(names.toSorted()).toEqual(['date', 'settled', ...fields].toSorted());
  expect(value.rows).toEqual(nights.map((night) => names.map((name: keyof SleepRecord) => night[name])));
  expect(Object.keys(value.summary)).toEqual(['hrv', 'bedtime_end']);
});

test('night has the periods and the curves of the exports', async () => {
  const [series, periods] = await Promise.all(
    ['series', 'periods'].map((what) =>
      printed('export', '--what', what, '--from', OCTOBER.from, '--to', OCTOBER.from),
    ),
  );
  const { value } = await assistant.ask('night', { date: OCTOBER.from });
  const without = (rows: object[]) =>
    rows.map(({ ...row }) => Object.values({ ...row, date: undefined }).slice(1));
  expect(value.samples).toEqual(without(series));
  expect(value.periods.rows).toEqual(without(periods));
  expect(series.length).toBeGreaterThan(50);
});

test('"Does sleep affect my training" is answered with the pairs of insights: verdict, interval, sentence', async () => {
  const insights = await printed('insights');
  const { value } = await assistant.ask('insights', { parts: ['effects'] });
  expect(value.sleep_to_training_main_pairs).toEqual(rounded(insights.sleep_to_training.primary));
  expect(value.training_to_sleep_main_pairs).toEqual(rounded(insights.training_to_sleep.primary));
  expect(value.sleep_to_training_main_pairs[0]).toMatchObject({
    verdict: expect.any(String),
    natural: { ci: [expect.any(Number), expect.any(Number)] },
    sentence: expect.stringMatching(/\.$/),
  });
  expect(value).toMatchObject({ as_of: insights.as_of, training_is: 'simulated' });
  expect(value.left_out.map(({ what }: { what: string }) => what)).toEqual(
    expect.arrayContaining(['trends', 'measures', 'rare nights']),
  );
});

test('insights has every trend and rare night in an answer that is large enough', async () => {
  const insights = await printed('insights');
  const { value } = await assistant.ask('insights', { parts: ['trends', 'rare_nights'], limit_kb: 1_000 });
  expect(value.rare_nights).toEqual(rounded(insights.rare_nights));
  const trends = value.trends.map(({ unit: _unit, ...trend }: { unit: string }) => trend);
  expect(trends).toEqual(rounded(insights.trends));
});

test('a range that ends in the future says how many of its dates are not over', async () => {
  const today = (await assistant.ask('status')).value.freshness.today;
  const range = { from: addDays(today, -1), to: addDays(today, 9) };
  const { value } = await assistant.ask('nights', range);
  expect(value).toMatchObject({ nights: 0, dates_without_night: 1, dates_not_over: 10 });
  const { value: compared } = await assistant.ask('compare_nights', { first: OCTOBER, second: range });
  expect(compared.second).toMatchObject({ dates_without_night: 1, dates_not_over: 10 });
  const why = `call gaps from ${range.from} to ${today}`;
  expect([value.why_missing, compared.second.why_missing]).toEqual([why, why]);
  expect(await assistant.ask('gaps', { from: range.from, to: today })).toMatchObject({
    value: { dates_without_night: 1, dates_not_over: 1 },
  });
});

test('insights counts the nights of its range, and apart from them those that come before', async () => {
  const { value } = await assistant.ask('insights', { ...OCTOBER, parts: ['measures'] });
  const all = await printed('export', '--to', OCTOBER.to);
  const nights = all.filter(({ date }: SleepRecord) => date >= OCTOBER.from).length;
  expect(value).toMatchObject({ nights, nights_with_those_before_the_range: all.length });
  const { value: later } = await assistant.ask('insights', { from: '2030-01-01' });
  expect(later).toMatchObject({ nights: 0 });
});

test('status has what the command prints', async () => {
  const [command, { value }] = [await printed('status'), await assistant.ask('status')];
  expect(value).toMatchObject(command);
});

test('every answer is below 20 kB, and has its freshness, its provisional nights and what it leaves out', async () => {
  for (const { text, value } of await everyAnswer()) {
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(20_000);
    expect(value).toMatchObject({
      freshness: {
        source: `the data folder ${dataDir.path}`,
        simulated: true,
        newest_night: expect.stringMatching(/^2025-10-/),
        last_successful_sync: expect.stringMatching(/^2025-11-01T/),
        syncs_by_itself: false,
        problems: [expect.objectContaining({ summary: expect.stringMatching(/^No run has succeeded for /) })],
      },
      provisional_nights: expect.any(Array),
      left_out: expect.any(Array),
    });
  }
});

test('the provisional nights are those that export calls unsettled', async () => {
  const nights: SleepRecord[] = await printed('export', '--from', OCTOBER.from);
  const unsettled = nights.filter(({ settled }) => !settled).map(({ date }) => date);
  expect(unsettled.length).toBeGreaterThan(5);
  for (const [tool, args] of [
    ['nights', OCTOBER],
    ['gaps', OCTOBER],
    ['insights', { from: OCTOBER.from }],
  ] as const) {
    expect((await assistant.ask(tool, args)).value.provisional_nights).toEqual(unsettled);
  }
  const early = await assistant.ask('nights', { from: FIRST, to: addDays(FIRST, 20) });
  expect(early.value.provisional_nights).toEqual([]);
});

test('what does not fit can be had by the call that left_out names', async () => {
  const all = { from: FIRST, to: LAST };
  const nights: SleepRecord[] = await printed('export');
  const seen: string[] = [];
  let from: string | undefined = FIRST;
  for (let calls = 0; from !== undefined && calls < 10; calls++) {
    const { value } = await assistant.ask('nights', { ...all, from });
    seen.push(...value.rows.map(([date]: [string]) => date));
    const [, next]: string[] = /call nights from (\S+) on/.exec(JSON.stringify(value.left_out)) ?? [];
    from = next;
  }
  expect(seen).toEqual(nights.map(({ date }) => date));
  const large = await assistant.ask('nights', { ...all, limit_kb: 1_000 });
  expect(large.value.rows).toHaveLength(nights.length);
});

test('due names what the user must do', async () => {
  const { value } = await assistant.ask('due');
  expect(value.user_must).toEqual([`run npm start -- ${dataDir.option.join(' ')}`]);
});

test.each([
  ['nights', { from: '2025-02-30', to: LAST }, /from: Invalid ISO date/],
  ['nights', { from: LAST, to: FIRST }, /^The range 2025-10-31 to 2025-03-01 is reversed\.$/],
  ['nights', { from: '0001-01-01', to: '9999-12-31' }, /^The range .* has more than 36500 dates\.$/],
  ['nights', { ...OCTOBER, fields: ['blood_pressure'] }, /fields/],
  ['gaps', { start_date: OCTOBER.from }, /start_date/],
  ['compare_nights', { first: OCTOBER, second: { ...SEPTEMBER, until: LAST } }, /until/],
  ['status', { days: 3 }, /days/],
  ['gaps', { from: '9000-01-01' }, /^The date 9000-01-01 is in the future: today is \S+\.$/],
  ['night', {}, /date/],
  ['nights', { ...OCTOBER, limit_kb: 5_000 }, /limit_kb/],
])('%s with %j is refused in one sentence', async (tool, args, sentence) => {
  const { isError, text } = await assistant.ask(tool, args);
  expect({ isError, text }).toEqual({ isError: true, text: expect.stringMatching(sentence) });
});

test('the tools only read, and there is no other one without --allow-sync', async () => {
  const { tools } = await assistant.client.listTools();
  expect(tools.map(({ name }) => name)).not.toContain('sync_now');
  expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([]);
  await expect(assistant.ask('sync_now')).rejects.toThrow('sync_now not found');
});
