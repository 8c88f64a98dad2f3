import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { daysFrom } from '../../../../shared/core/day.ts';
import { isGap } from '../../../../shared/core/ledger.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarAnswer, CalendarDay } from '../../server/api.ts';
import { Chart, TIP } from '../chart.tsx';
import { dayDate } from '../format.ts';
import { isNight, linesOf } from './day-words.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether nothing is known about the date yet. */
const isOpen = ({ state }: CalendarDay): boolean => state === 'not_asked' || state === 'waiting';

const colourOf = (day: CalendarDay): string => {
  if (isNight(day)) {
    const score = day.score ?? 70;
    return `var(--score-${score < 60 ? 1 : score < 70 ? 2 : score < 80 ? 3 : score < 88 ? 4 : 5})`;
  }
  if (!isGap(day)) return 'var(--surface)';
  if (day.state === 'no_data' || day.state === 'accepted') return 'var(--no-data)';
  return isOpen(day) ? 'var(--surface)' : 'var(--bad)';
};

/** A position in the year's grid. */
interface Place {
  readonly month: number;
  /** Rows from Monday to Sunday. */
  readonly weekday: number;
  /** Columns: weeks of the year, or of the month. */
  readonly week: number;
  readonly weekOfMonth: number;
}

interface Cell extends Place {
  readonly day: CalendarDay;
}

const placeOf = (day: string): Place => {
  const weekdayOf = (date: Date) => (date.getUTCDay() + 6) % 7;
  const date = dayDate(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const newYear = new Date(Date.UTC(year, 0, 1));
  const dayOfYear = (date.getTime() - newYear.getTime()) / 86_400_000;
  return {
    month,
    weekday: weekdayOf(date),
    week: Math.floor((dayOfYear + weekdayOf(newYear)) / 7),
    weekOfMonth: Math.floor((date.getUTCDate() - 1 + weekdayOf(new Date(Date.UTC(year, month, 1)))) / 7),
  };
};

/** Below this width, 53 columns would be too narrow to point at, so the months are in rows of three. */
const WIDE = 620;
const ACROSS = 3;

const layout = (width: number) =>
  width >= WIDE
    ? {
        options: {
          height: Math.round(((width - 40) / 53) * 7) + 34,
          marginTop: 22,
          marginLeft: 34,
          marginRight: 4,
          marginBottom: 8,
          x: { axis: null, domain: Array.from({ length: 54 }, (_, week) => week), padding: 0.12 },
          y: {
            domain: [0, 1, 2, 3, 4, 5, 6],
            tickFormat: (weekday: number) => (weekday % 2 === 0 ? (WEEKDAYS[weekday] ?? '') : ''),
            tickSize: 0,
            label: null,
            padding: 0.12,
          },
        },
        place: { x: 'week', y: 'weekday' },
        names: (year: number) => [
          Plot.text(
            MONTHS.map((name, month) => ({
              ...placeOf(`${year}-${String(month + 1).padStart(2, '0')}-01`),
              name,
            })),
            {
              x: 'week',
              y: () => 0,
              text: 'name',
              frameAnchor: 'top',
              dy: -21,
              textAnchor: 'start',
              dx: -5,
              fontSize: 11,
            },
          ),
        ],
      }
    : {
        options: {
          height: 560,
          marginTop: 22,
          marginLeft: 0,
          marginRight: 0,
          marginBottom: 0,
          x: { axis: null, domain: [0, 1, 2, 3, 4, 5, 6], padding: 0.1 },
          y: { axis: null, domain: [0, 1, 2, 3, 4, 5], padding: 0.1 },
          fx: { axis: null, domain: [0, 1, 2], padding: 0.1 },
          fy: { axis: null, domain: [0, 1, 2, 3], padding: 0.16 },
        },
        place: {
          x: 'weekday',
          y: 'weekOfMonth',
          fx: ({ month }: Cell) => month % ACROSS,
          fy: ({ month }: Cell) => Math.floor(month / ACROSS),
        },
        names: () => [
          Plot.text(MONTHS, {
            fx: (_: string, month: number) => month % ACROSS,
            fy: (_: string, month: number) => Math.floor(month / ACROSS),
            text: (name: string) => name,
            frameAnchor: 'top-left',
            dy: -15,
            fontSize: 11,
          }),
        ],
      };

/** The cells of a year with their states. `onLook` is called with the hovered or focused day. */
export const YearChart = ({
  answer,
  onLook,
}: {
  answer: CalendarAnswer;
  onLook: (day: CalendarDay) => void;
}): VNode => {
  const { year, days } = answer;
  const cells = useMemo(() => days.map((day): Cell => ({ day, ...placeOf(day.date) })), [days]);
  const places = useMemo(() => daysFrom(`${year}-01-01`, `${year}-12-31`).map(placeOf), [year]);
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const { options, place, names } = layout(width);
      return {
        ...options,
        color: { type: 'identity' },
        marks: [
          ...names(year),
          Plot.cell(places, { ...place, fill: 'var(--soft)', rx: 2, ariaHidden: 'true' } as Plot.CellOptions),
          Plot.cell(cells, {
            ...place,
            fill: ({ day }: Cell) => colourOf(day),
            stroke: ({ day }: Cell) => (isOpen(day) ? 'var(--line)' : 'none'),
            ariaLabel: ({ day }: Cell) => linesOf(day).join('. '),
            className: 'cells',
            rx: 2,
          } as Plot.CellOptions),
          Plot.dot(
            cells.filter(({ day }) => day.state === 'provisional'),
            {
              ...place,
              r: 2,
              fill: 'var(--surface)',
              pointerEvents: 'none',
              ariaHidden: 'true',
            } as Plot.DotOptions,
          ),
          Plot.text(
            cells.filter(({ day }) => ['parked', 'failed', 'missing'].includes(day.state)),
            {
              ...place,
              text: () => '!',
              fill: 'var(--surface)',
              fontWeight: 700,
              pointerEvents: 'none',
              ariaHidden: 'true',
            } as Plot.TextOptions,
          ),
          Plot.tip(
            cells,
            Plot.pointer({
              ...TIP,
              ...place,
              title: ({ day }: Cell) => linesOf(day).join('\n'),
              maxRadius: 14,
              lineWidth: 24,
              textPadding: 8,
              ariaHidden: 'true',
            } as Plot.TipOptions & Plot.PointerOptions),
          ),
        ],
      };
    },
    [cells, places, year],
  );
  const prepare = useCallback((svg: SVGSVGElement) => makeReachable(svg, cells, onLook), [cells, onLook]);
  const stored = answer.days.filter(isNight).length;
  return (
    <Chart
      label={`${answer.year}: ${plural(stored, 'night')} stored, ${plural(answer.days.length - stored, 'gap')}. Arrow keys move from day to day.`}
      plot={plot}
      prepare={prepare}
    />
  );
};

/** How many days an arrow key moves. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -7,
  ArrowRight: 7,
  ArrowUp: -1,
  ArrowDown: 1,
  Home: -366,
  End: 366,
};

/** Makes the cells a single Tab stop in which arrow keys move between days. Calls `onLook` with the current day. */
const makeReachable = (
  svg: SVGSVGElement,
  cells: readonly Cell[],
  onLook: (day: CalendarDay) => void,
): void => {
  const byLabel = new Map(cells.map((cell, index) => [linesOf(cell.day).join('. '), index]));
  const rects: SVGRectElement[] = [];
  for (const rect of svg.querySelectorAll<SVGRectElement>('g.cells rect')) {
    const index = byLabel.get(rect.getAttribute('aria-label') ?? '');
    if (index !== undefined) rects[index] = rect;
  }
  const stop = (index: number) => {
    for (const [other, rect] of rects.entries()) rect?.setAttribute('tabindex', other === index ? '0' : '-1');
  };
  stop(rects.length - 1);
  for (const [index, rect] of rects.entries()) {
    if (!rect) continue;
    rect.setAttribute('role', 'button');
    rect.dataset['date'] = cells[index]?.day.date ?? '';
    const look = () => {
      const cell = cells[index];
      if (cell) onLook(cell.day);
    };
    rect.addEventListener('focus', look);
    rect.addEventListener('click', () => rect.focus());
    rect.addEventListener('pointerenter', look);
    rect.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(rects.length - 1, index + step));
      stop(next);
      rects[next]?.focus();
    });
  }
};
