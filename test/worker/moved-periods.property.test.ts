import fc from 'fast-check';
import { syncDates } from '../../services/worker/sync-dates.ts';
import type { SyncParts } from '../../services/worker/sync-window.ts';
import { NightContended } from '../../shared/aws/store/sleep-table.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import type { Night, SleepRecord } from '../../shared/core/sleep-record.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

const DAYS = daysFrom('2026-03-02', '2026-03-06');
const NOON = Date.parse('2026-03-10T12:00:00Z');

/** A period at one moment: whether Oura has it, and by how many days its `day` differs from the one on which it ended. */
const state = fc.record({ isThere: fc.boolean(), shift: fc.integer({ min: -1, max: 1 }) });
/** One state of Oura, and the dates that a run requests. */
const step = fc.record({
  states: fc.array(state, { minLength: 6, maxLength: 6 }),
  asked: fc.subarray(DAYS, { minLength: 1 }),
  /** The dates for which the planner found nothing. Another run may have stored their night since. */
  seenAsNew: fc.subarray(DAYS),
});

const idsOf = (night: Night | undefined): string[] =>
  (night?.periods ?? []).map(({ id }) => String(id)).sort();

test('a period is in at most one night, and no night loses what Oura still has or lost without a trace', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const table = new Map<Day, SleepRecord>();
      let records: { id: string; day: Day }[] = [];
      let now = NOON;
      const client = {
        async *pages(collection, { start_date, end_date }) {
          yield collection === 'sleep'
            ? records.filter(({ day }) => day >= start_date && day <= end_date)
            : [];
        },
      } satisfies Pick<OuraClient, 'pages'> as unknown as OuraClient;
      const parts = {
        clock: { now: () => now },
        timeZone: 'UTC',
        log: { info: () => {}, warn: () => {} },
        metrics: { count: () => {} },
        scopes: () => undefined,
        firstRecords: { include: async (found: unknown) => found },
        newestNight: { get: async () => undefined },
        noneBefore: { get: async () => undefined, advance: async () => {} },
        days: {
          get: async () => new Map(),
          stored: async () => {},
          noData: async () => {},
          notOver: async () => {},
        },
        sleepTable: {
          get: async (dates: Day[]) => new Map([...table].filter(([date]) => dates.includes(date))),
          put: async (
            night: Night,
            { known, again }: { known?: SleepRecord; again: (stored: SleepRecord) => Night },
          ) => {
            const stored = table.get(night.date);
            const whole = stored !== undefined && known === undefined ? again(stored) : night;
            table.set(night.date, whole as SleepRecord);
            return 'stored';
          },
        },
      } as unknown as SyncParts;

      for (const { states, asked, seenAsNew } of [
        ...steps,
        { states: steps.at(-1)?.states ?? [], asked: DAYS, seenAsNew: [] },
      ]) {
        records = states.flatMap(({ isThere, shift }, index) => {
          const base = addDays('2026-03-03', index % 3);
          const start = `${addDays(base, -1)}T2${index % 4}:00:00+00:00`;
          const period = { type: 'sleep', bedtime_start: start, time_in_bed: 600, total_sleep_duration: 300 };
          return isThere ? [{ ...period, id: `p${index}`, day: addDays(base, shift) }] : [];
        });
        const before = new Map(table);
        now += 86_400_000;
        const sync = async (dates: readonly Day[], isNew: (date: Day) => boolean): Promise<Day[]> => {
          const entries = dates.map((date) => ({
            date,
            reason: 'missing' as const,
            run_id: 'run',
            attempt: 1,
            isNew: isNew(date),
            announcedAt: null,
          }));
          const contended: Day[] = [];
          for await (const results of syncDates(entries, { whole: client, backfill: client }, parts)) {
            for (const [date, result] of results) {
              if (!(result instanceof Error)) continue;
              expect(result).toBeInstanceOf(NightContended);
              contended.push(date);
            }
          }
          return contended;
        };
        const again = await sync(asked, (date) => seenAsNew.includes(date));
        if (again.length > 0) expect(await sync(again, () => false)).toEqual([]);

        const all = [...table.values()].flatMap(idsOf);
        expect(all).toHaveLength(new Set(all).size);
        const held = [...before.values()]
          .flatMap(idsOf)
          .filter((id) => records.some((each) => each.id === id));
        expect(all).toEqual(expect.arrayContaining(held));
        for (const date of asked) {
          const atOura = records.filter(({ day }) => day === date).map(({ id }) => id);
          const moved = new Set(records.filter(({ day }) => day !== date).map(({ id }) => id));
          const kept = idsOf(before.get(date)).filter((id) => !moved.has(id));
          expect(idsOf(table.get(date))).toEqual(atOura.length > 0 ? atOura.sort() : kept);
          const hasVanished = atOura.length === 0 && before.has(date);
          expect(table.get(date)?.vanished_since != null).toBe(hasVanished);
          const lost = idsOf(before.get(date)).filter((id) => !idsOf(table.get(date)).includes(id));
          const noted = table.get(date)?.remarks.map(({ period_id }) => period_id);
          expect(noted).toEqual(lost.length === 0 ? noted : expect.arrayContaining(lost));
        }
      }
    }),
    propertyRuns(),
  );
});
