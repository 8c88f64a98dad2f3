import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { BEDTIMES, METRICS } from '../../../../shared/core/metrics.ts';
import { capitalized, plural } from '../../../../shared/core/text.ts';
import { shown } from '../units.ts';
import { daysAxis, middleOf } from './axes.ts';
import { bedtimesText } from './bedtimes-text.ts';
import { bedtimesFrame } from './clock-hours.ts';
import { groupName } from './group-text.ts';
import { type Reading, ReadingChart } from './reading-chart.tsx';
import type { GroupedNights } from './shown-range.ts';

/** The median bedtime and wake-up of each week or month on the wall clock, and the half of the nights around each. */
export const GroupBedtimesChart = ({ answer }: { answer: GroupedNights }): VNode => {
  const readings = useMemo(
    () =>
      answer.groups.map((group): Reading => {
        const lines = BEDTIMES.map((bedtime) => {
          const { label, format } = shown(METRICS[bedtime]);
          const [low, median, high] = group.metrics[bedtime] ?? [];
          return low === undefined || median === undefined || high === undefined
            ? `${capitalized(label)}: no value`
            : `${capitalized(label)} ${format(median)}, half of the nights ${format(low)}–${format(high)}`;
        });
        return {
          days: group,
          at: middleOf(group.from, group.to),
          value: null,
          text: [groupName(group, answer.by), ...lines, plural(group.nights, 'night')].join('\n'),
        };
      }),
    [answer],
  );
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const points = BEDTIMES.flatMap((bedtime) =>
        answer.groups.map(({ from, to, metrics }) => {
          const [low, median, high] = metrics[bedtime]?.map((minutes) => minutes / 60) ?? [null, null, null];
          return { bedtime, at: middleOf(from, to), low, median, high };
        }),
      );
      const hours = points.flatMap(({ low, high }) => [low, high]).filter((hour) => hour != null);
      return {
        ...bedtimesFrame(hours),
        x: daysAxis(answer, width),
        marks: [
          Plot.areaY(points, { x: 'at', y1: 'low', y2: 'high', z: 'bedtime', fill: 'var(--band)' }),
          Plot.lineY(points, {
            x: 'at',
            y: 'median',
            z: 'bedtime',
            stroke: 'var(--accent)',
            strokeWidth: 1.75,
          }),
        ],
      };
    },
    [answer],
  );
  const isKnown = answer.summaries.bedtime_start.quartiles !== null;
  return (
    <ReadingChart
      title="Bedtimes"
      unit="wall clock"
      plot={plot}
      readings={isKnown ? readings : []}
      summary={bedtimesText(answer.summaries, answer.by)}
      grain={answer.by}
    />
  );
};
