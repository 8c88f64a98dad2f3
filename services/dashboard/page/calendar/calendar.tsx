import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { isGap } from '../../../../shared/core/ledger.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarAnswer, GapRow, OverviewAnswer } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Button } from '../button.tsx';
import { Failure } from '../failure.tsx';
import { PictureButtons } from '../picture-buttons.tsx';
import { usePlace } from '../place.ts';
import { NightDownloads } from '../trends/downloads.tsx';
import { isNight } from './day-look.ts';
import { GapList } from './gap-list.tsx';
import { Legend } from './legend.tsx';
import { SCORE_LEVELS } from './score-levels.ts';
import { YearChart } from './year-chart.tsx';

/** The legend of a picture, which has no swatches. */
const IN_A_PICTURE = `The stronger the contrast of a night, the higher its score: ${SCORE_LEVELS.map(
  ({ least, most }) => `${least}–${most}`,
)
  .reverse()
  .join(', ')}. An outline is a date without a night.`;

/** A year of dates with their states. */
export const Calendar = ({ overview, version }: { overview: OverviewAnswer; version: number }): VNode => {
  const { place } = usePlace();
  const year = place.year ?? Number(overview.today.slice(0, 4));
  const { answer, error, loading } = useAnswer<CalendarAnswer>(`/api/calendar?year=${year}`, version);
  const gaps = useMemo(
    () => (answer?.days ?? []).filter((day): day is GapRow => !isNight(day) && isGap(day)),
    [answer],
  );
  const chart = useRef<HTMLDivElement>(null);
  const nights = plural((answer?.days ?? []).filter(isNight).length, 'night');
  const picture = useMemo(
    () => ({
      title: `Sleep in ${year}`,
      sentences: [`${nights}, ${plural(gaps.length, 'gap')}. ${IN_A_PICTURE}`],
      name: `sleep-${year}`,
    }),
    [year, nights, gaps],
  );
  // From a year without data, one step leads to the nearest year with data.
  const { first_year = year, last_year = year } = answer ?? {};
  return (
    <>
      <nav class="tools" aria-label="Year">
        <span class="group">
          <YearButton name="One year earlier" to={Math.min(year - 1, last_year)} isKnown={year > first_year}>
            ←
          </YearButton>
          <h2>{year}</h2>
          <YearButton name="One year later" to={Math.max(year + 1, first_year)} isKnown={year < last_year}>
            →
          </YearButton>
        </span>
        {answer && (
          <span class="range" role="status">
            {nights}
            <span class="quiet"> · {plural(gaps.length, 'gap')}</span>
          </span>
        )}
        <NightDownloads from={`${year}-01-01`} to={`${year}-12-31`} />
      </nav>
      <Failure>{error}</Failure>
      {answer && (
        <div class={loading ? 'stale' : ''} aria-busy={loading}>
          {answer.days.length === 0 ? (
            <p class="notice">No data for {answer.year}.</p>
          ) : (
            <section class="card calendar">
              <Legend />
              <div ref={chart} class="months">
                <YearChart answer={answer} />
              </div>
              <PictureButtons of={chart} picture={picture} />
            </section>
          )}
          {gaps.length > 0 && <GapList gaps={gaps} overview={overview} />}
        </div>
      )}
    </>
  );
};

const YearButton = ({
  name,
  to,
  isKnown,
  children,
}: {
  name: string;
  to: number;
  isKnown: boolean;
  children: string;
}): VNode => {
  const { go } = usePlace();
  return (
    <Button aria-label={name} isOff={!isKnown} onClick={() => go({ year: to })}>
      {children}
    </Button>
  );
};
