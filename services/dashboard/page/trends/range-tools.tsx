import type { VNode } from 'preact';
import { addDays, type Day } from '../../../../shared/core/day.ts';
import { plural } from '../../../../shared/core/text.ts';
import { Button } from '../button.tsx';
import { DateField } from '../date-field.tsx';
import { showDay } from '../format.ts';
import { RANGES, type Range, usePlace } from '../place.ts';
import { movedTo } from './asked-range.ts';
import { NightDownloads } from './downloads.tsx';
import type { ShownRange } from './shown-range.ts';

const nameOf = (range: Range): string =>
  range === 'all' ? 'All' : range === 365 ? '1 year' : `${range} days`;

/** Chooses the night and the range of the charts. */
export const RangeTools = ({
  shown: { asked, nights, groups, first },
  newest,
  today,
}: {
  shown: ShownRange;
  newest: Day;
  today: Day;
}): VNode => {
  const { place, go } = usePlace();
  const { range, night } = place;
  const answer = groups ?? nights;
  const count = groups ? groups.nights : nights?.nights.length;
  const days = range === 'all' ? 0 : range;
  const move = (by: number) => go(movedTo(addDays(asked.to, by), place, newest));
  const from = answer?.from ?? asked.from;
  const isFirst = range === 'all' || (first !== undefined && asked.from !== undefined && asked.from <= first);
  return (
    <nav class="tools" aria-label="Night and range of the charts">
      <span class="group">
        <DateField
          label="Night"
          value={night ?? newest}
          latest={today}
          onPick={(day) => go({ night: day === newest ? undefined : day })}
        />
        <Button
          isOff={night === undefined && asked.to === newest}
          onClick={() => go({ night: undefined, to: undefined })}
        >
          Latest
        </Button>
      </span>
      <span class="group ranges">
        {RANGES.map((each) => (
          <button type="button" key={each} aria-pressed={each === range} onClick={() => go({ range: each })}>
            {nameOf(each)}
          </button>
        ))}
      </span>
      <span class="group">
        <Button isOff={isFirst} onClick={() => move(-days)} aria-label={`${nameOf(range)} earlier`}>
          ←
        </Button>
        <Button
          isOff={range === 'all' || asked.to === newest}
          onClick={() => move(days)}
          aria-label={`${nameOf(range)} later`}
        >
          →
        </Button>
      </span>
      <span class="range" aria-live="polite">
        {from !== undefined && `${showDay(from)} – ${showDay(answer?.to ?? asked.to)}`}
        {count !== undefined && <span class="quiet"> · {plural(count, 'night')}</span>}
      </span>
      {answer && <NightDownloads from={answer.from} to={answer.to} />}
    </nav>
  );
};
