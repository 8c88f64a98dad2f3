import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import type { Grain, NightsAnswer, RangesAnswer, RareNight, RareNightsAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import type { ShownNights } from '../metrics.ts';
import { usePlace } from '../place.ts';
import { inUnits } from '../units.ts';
import { type AskedRange, askedRange } from './asked-range.ts';

/** The weeks or months of a long range. */
export type GroupedNights = RangesAnswer & { readonly by: Exclude<Grain, 'night'> };

const isGrouped = (answer: RangesAnswer): answer is GroupedNights =>
  answer.by === 'week' || answer.by === 'month';

/** The range of the charts. */
export interface ShownRange {
  readonly asked: AskedRange;
  /** The nights of a short range, or the groups of a long one; undefined while nothing is loaded or nothing is stored. */
  readonly nights: ShownNights | undefined;
  readonly groups: GroupedNights | undefined;
  /** Of all nights. Empty until they are ranked, which takes longest. */
  readonly rare_nights: readonly RareNight[];
  /** Whether no night of the range is stored. */
  readonly isEmpty: boolean;
  /** The first stored night; undefined while it is unknown. */
  readonly first: Day | undefined;
  readonly error: string | undefined;
  /** Whether what is shown may belong to another range. */
  readonly loading: boolean;
}

/** The longest range of the page whose nights are never grouped, in days. */
const SHORT = 90;

/** After the first answer, the charts are drawn first. */
const DRAWN_MS = 1000;
let isDrawn = false;

const NONE_RARE: readonly RareNight[] = [];

const query = (name: string, { from, to }: { from?: Day | undefined; to: Day }): string =>
  `/api/${name}?${new URLSearchParams({ ...(from !== undefined && { from }), to })}`;

/**
 * Loads the range of the address. The server decides whether a long range, as far as nights are stored, needs groups. The groups
 * of all nights load in advance, once something else is shown, and so do the rare nights, whose computation takes longest.
 */
export const useShownRange = (newest: Day, version: number): ShownRange => {
  const { place } = usePlace();
  const asked = useMemo(() => askedRange(place, newest), [place, newest]);
  const isShort = place.range !== 'all' && place.range <= SHORT;
  const isEverything = asked.from === undefined && asked.to === newest;

  const [isReady, setReady] = useState(isDrawn);
  const all = useAnswer<RangesAnswer | null>(isEverything || isReady ? '/api/ranges' : undefined, version);
  const path = isShort || isEverything ? undefined : query('ranges', asked);
  const long = useAnswer<RangesAnswer | null>(path, version);
  const ranges = isEverything ? all : long;
  const groups = !isShort && ranges.answer && isGrouped(ranges.answer) ? ranges.answer : undefined;
  const fitting = !isShort && ranges.answer && !isGrouped(ranges.answer) ? ranges.answer : undefined;
  const wanted = isShort && asked.from !== undefined ? { from: asked.from, to: asked.to } : fitting;
  const loaded = useAnswer<NightsAnswer>(wanted && query('nights', wanted), version);
  const isSettled = [loaded, ranges].some(({ answer, error }) => answer !== undefined || error !== undefined);
  const rare = useAnswer<RareNightsAnswer>(isReady ? inUnits('/api/rare-nights') : undefined, version);
  const rare_nights = rare.answer?.rare_nights ?? NONE_RARE;
  useEffect(() => {
    if (!isSettled) return;
    const waiting = setTimeout(() => {
      isDrawn = true;
      setReady(true);
    }, DRAWN_MS);
    return () => clearTimeout(waiting);
  }, [isSettled]);

  const nights = useMemo(
    (): ShownNights | undefined => loaded.answer && { ...loaded.answer, rare_nights },
    [loaded.answer, rare_nights],
  );
  const isEmpty = isShort ? nights?.nights.length === 0 : ranges.answer === null;
  return {
    asked,
    groups,
    rare_nights,
    nights: groups || isEmpty ? undefined : nights,
    isEmpty,
    first: all.answer?.from,
    error: isShort ? loaded.error : (ranges.error ?? loaded.error),
    loading: isShort ? loaded.loading : ranges.loading || (fitting !== undefined && loaded.loading),
  };
};
