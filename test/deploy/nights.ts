import { isDeepStrictEqual } from 'node:util';
import type { RingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, type Day } from '../../shared/core/day.ts';

type Document = Readonly<Record<string, unknown>>;

/** The values of a night that follow from the ring's records by the rules of docs/data.md, without our code. Durations in seconds. */
export interface NightFacts {
  readonly date: Day;
  readonly total: number;
  readonly deep: number;
  readonly rem: number;
  readonly efficiency: unknown;
  readonly bedtimeStart: unknown;
  readonly score: unknown;
}

/** Parses the output of `npm run export`. */
export const exportedNights = (json: string): readonly NightFacts[] =>
  (JSON.parse(json) as Document[]).map((night) => ({
    date: night['date'] as Day,
    total: night['total_sleep_duration'] as number,
    deep: night['deep_sleep_duration'] as number,
    rem: night['rem_sleep_duration'] as number,
    efficiency: night['sleep_efficiency'],
    bedtimeStart: night['bedtime_start'],
    score: night['sleep_score'],
  }));

const COUNTED: readonly unknown[] = ['long_sleep', 'sleep', 'late_nap'];

const asleep = (period: Document): number => Number(period['total_sleep_duration']);

const instant = (period: Document | undefined, bedtime: 'bedtime_start' | 'bedtime_end'): number =>
  Date.parse(String(period?.[bedtime]));

/** The longest `long_sleep` and those within three hours of it; without one, the longest nap. */
const partsOf = (counted: readonly Document[]): readonly Document[] => {
  const long = counted
    .filter(({ type }) => type === 'long_sleep')
    .toSorted((a, b) => instant(a, 'bedtime_start') - instant(b, 'bedtime_start'));
  const groups = long.reduce<Document[][]>((all, period) => {
    const last = all.at(-1);
    const gap = instant(period, 'bedtime_start') - instant(last?.at(-1), 'bedtime_end');
    if (last && gap <= 3 * 3600_000) last.push(period);
    else all.push([period]);
    return all;
  }, []);
  const most = (periods: readonly Document[]): number => Math.max(...periods.map(asleep));
  const [night] = groups.toSorted((a, b) => most(b) - most(a));
  return night ?? counted.toSorted((a, b) => asleep(b) - asleep(a)).slice(0, 1);
};

/** Derives the same nights directly from the ring's API. */
export const nightsOfRing = async (
  { url }: RingSimulator,
  apiKey: string,
  dates: readonly Day[],
): Promise<readonly NightFacts[]> => {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const list = async (collection: string): Promise<readonly Document[]> => {
    const query = new URLSearchParams({ start_date: addDays(first, -2), end_date: addDays(last, 2) });
    const response = await fetch(`${url}/v2/usercollection/${collection}?${query}`, {
      headers: { Authorization: `Bearer ${apiKey}` },
    });
    if (!response.ok) throw new Error(`the ring simulator returned status ${response.status}`);
    const page = (await response.json()) as { data: readonly Document[]; next_token: string | null };
    if (page.next_token !== null) throw new Error('request fewer dates: this reads only the first page');
    return page.data;
  };
  const [periods, scores] = await Promise.all([list('sleep'), list('daily_sleep')]);
  return dates.map((date) => {
    const counted = periods.filter(({ day, type }) => day === date && COUNTED.includes(type));
    const parts = partsOf(counted);
    const inBed = parts.reduce((total, period) => total + Number(period['time_in_bed']), 0);
    const weighted = parts.reduce(
      (total, period) => total + Number(period['efficiency']) * Number(period['time_in_bed']),
      0,
    );
    const sum = (field: string) => counted.reduce((total, period) => total + Number(period[field]), 0);
    return {
      date,
      total: sum('total_sleep_duration'),
      deep: sum('deep_sleep_duration'),
      rem: sum('rem_sleep_duration'),
      efficiency: parts.length === 1 ? parts[0]?.['efficiency'] : Math.round(weighted / inBed),
      bedtimeStart: parts[0]?.['bedtime_start'],
      score: scores.find(({ day }) => day === date)?.['score'],
    };
  });
};

/** Throws if the table and the ring differ. */
export const sameNights = (stored: readonly NightFacts[], ring: readonly NightFacts[]): void => {
  for (const [index, night] of stored.entries()) {
    if (isDeepStrictEqual(night, ring[index])) continue;
    throw new Error(`stored ${JSON.stringify(night)}, but the ring has ${JSON.stringify(ring[index])}`);
  }
};
