import * as Plot from '@observablehq/plot';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { type Day, daysFrom } from '../../../../shared/core/day.ts';
import { isGap } from '../../../../shared/core/ledger.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { CalendarAnswer, CalendarDay } from '../../server/api.ts';
import { Chart } from '../chart.tsx';
import { usePlace } from '../place.ts';
import { pointAt } from '../point-at.ts';
import { type DayLook, isNight, lookOf } from './day-look.ts';
import { linesOf } from './day-words.ts';
import { COLUMNS, dayAfterKey, type GridPlace, monthGrid, placeOf, ROWS } from './month-grid.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['M', 'T', 'W', 'T', 'F', 'S', 'S'];

/** The smallest size of a date in pixels. The date is a target: WCAG 2.2, 2.5.8 for a mouse, 2.5.5 for a finger. */
const leastDate = (): number => (matchMedia('(pointer: coarse)').matches ? 44 : 24);

/** Between a date and the edge of its place. On a phone 320 px wide, seven dates of 44 px leave 1.7 px each. */
const INSET = { least: 0.5, usual: 1.5 };

/** Room above a month for its name and the weekdays. */
const HEAD = 40;

interface Cell extends GridPlace {
  readonly day: CalendarDay;
  readonly look: DayLook;
}

/** Not part of what screen readers read, and transparent for the pointer. */
const DECORATION = { pointerEvents: 'none', ariaHidden: 'true' } as const;

const tipOf = ({ day }: Cell): string => linesOf(day).join('\n');

const numberColour = ({ look }: Cell): string =>
  look.isFilled ? 'var(--surface)' : look.colour === 'none' ? 'var(--quiet)' : look.colour;

/** The dates of a year with their states. Each opens its night. */
export const YearChart = ({ answer }: { answer: CalendarAnswer }): VNode => {
  const { place, hrefOf } = usePlace();
  const { year, days } = answer;
  const cells = useMemo(
    () => days.map((day): Cell => ({ day, look: lookOf(day), ...placeOf(day.date) })),
    [days],
  );
  // The months with data, and their other dates.
  const months = useMemo(() => {
    const known = new Set(cells.map(({ month }) => month));
    return [...MONTHS.entries()].flatMap(([month, name]) => (known.has(month) ? [{ month, name }] : []));
  }, [cells]);
  const empty = useMemo(() => {
    const known = new Set(days.map(({ date }) => date));
    const shown = new Set(months.map(({ month }) => month));
    return daysFrom(`${year}-01-01`, `${year}-12-31`)
      .filter((date) => !known.has(date))
      .map(placeOf)
      .filter(({ month }) => shown.has(month));
  }, [year, days, months]);
  const plot = useCallback(
    (width: number): Plot.PlotOptions => {
      const least = leastDate();
      const room = (width / COLUMNS - least) / 2;
      const inset = Math.max(INSET.least, Math.min(room, INSET.usual));
      const { across, width: month, gap, row } = monthGrid(width, least + 2 * inset);
      const down = Math.ceil(months.length / across);
      const [first = { month: 0 }] = months;
      const facet = {
        fx: ({ month }: { month: number }) => (month - first.month) % across,
        fy: ({ month }: { month: number }) => Math.floor((month - first.month) / across),
      };
      const at = { x: 'weekday', y: 'week', ...facet };
      const cell = { ...at, inset, rx: 3 };
      return {
        height: down * (HEAD + ROWS * row),
        marginTop: HEAD,
        marginLeft: 0,
        marginRight: 0,
        marginBottom: 0,
        x: {
          axis: null,
          domain: Array.from({ length: COLUMNS }, (_, weekday) => weekday),
          padding: 0,
          round: false,
        },
        y: { axis: null, domain: Array.from({ length: ROWS }, (_, week) => week), padding: 0, round: false },
        fx: {
          axis: null,
          domain: Array.from({ length: across }, (_, column) => column),
          // A scale of one place would shrink it by the padding.
          paddingInner: across === 1 ? 0 : gap / (month + gap),
          paddingOuter: 0,
          round: false,
        },
        fy: {
          axis: null,
          domain: Array.from({ length: down }, (_, line) => line),
          paddingInner: down === 1 ? 0 : HEAD / (HEAD + ROWS * row),
          paddingOuter: 0,
          round: false,
        },
        color: { type: 'identity' },
        marks: [
          Plot.text(months, {
            ...facet,
            text: 'name',
            frameAnchor: 'top-left',
            dx: 2,
            dy: 10 - HEAD,
            fontSize: 12,
            fontWeight: 600,
            ...DECORATION,
          }),
          Plot.text(
            months.flatMap(({ month: of }) =>
              WEEKDAYS.map((name, weekday) => ({ name, month: of, weekday, week: 0 })),
            ),
            { ...at, text: 'name', dy: -row / 2 - 8, fontSize: 10, ...DECORATION },
          ),
          Plot.cell(empty, { ...cell, fill: 'var(--soft)', ...DECORATION }),
          Plot.cell(cells, {
            ...cell,
            fill: ({ look }: Cell) => (look.isFilled ? look.colour : 'var(--surface)'),
            stroke: ({ look }: Cell) => look.colour,
            strokeWidth: 1.5,
            className: 'cells',
            href: ({ day }: Cell) => hrefOf({ view: 'nights', night: day.date }),
            ariaLabel: ({ day }: Cell) => linesOf(day).join('. '),
          } as Plot.CellOptions),
          Plot.text(cells, {
            ...at,
            text: ({ day }: Cell) => String(Number(day.date.slice(8))),
            fill: numberColour,
            fontSize: 11,
            ...DECORATION,
          }),
          Plot.text(
            cells.filter(({ look }) => look.sign !== ''),
            {
              ...at,
              text: ({ look }: Cell) => look.sign,
              fill: numberColour,
              dx: month / COLUMNS / 2 - 4.5,
              dy: 4.5 - row / 2,
              fontSize: 9,
              fontWeight: 700,
              ...DECORATION,
            },
          ),
          Plot.cell(
            cells,
            Plot.pointer({
              ...cell,
              className: 'pointed',
              stroke: 'var(--text)',
              strokeWidth: 2.5,
              maxRadius: 40,
              ...DECORATION,
            }),
          ),
        ],
      };
    },
    [cells, months, empty, hrefOf, place],
  );
  const prepare = useCallback(
    (svg: SVGSVGElement) => makeReachable(svg, cells, place.night),
    [cells, place.night],
  );
  const stored = days.filter(isNight).length;
  const gaps = days.filter((day) => !isNight(day) && isGap(day)).length;
  return (
    <Chart
      label={`${year}: ${plural(stored, 'night')} stored, ${plural(gaps, 'gap')}. Arrow keys move from day to day, Enter opens the night.`}
      plot={plot}
      tip={tipOf}
      prepare={prepare}
    />
  );
};

/** Makes the links of the dates a single Tab stop in which keys move, and shows the tip of the focused one. */
const makeReachable = (svg: SVGSVGElement, cells: readonly Cell[], selected: Day | undefined): void => {
  const byWords = new Map(cells.map((cell) => [linesOf(cell.day).join('. '), cell]));
  const links = new Map<Day, SVGAElement>();
  for (const link of svg.querySelectorAll<SVGAElement>('g.cells a')) {
    const rect = link.querySelector('rect');
    const words = rect?.getAttribute('aria-label') ?? '';
    const cell = byWords.get(words);
    if (!rect || !cell) continue;
    const { date } = cell.day;
    link.dataset['date'] = date;
    link.setAttribute('aria-label', words);
    rect.removeAttribute('aria-label');
    if (cell.look.isDashed) rect.setAttribute('stroke-dasharray', '3 2');
    if (date === selected) link.setAttribute('aria-current', 'date');
    links.set(date, link);
  }
  const days = [...links.keys()].sort();
  const stop = (day: Day | undefined) => {
    for (const [date, link] of links) link.setAttribute('tabindex', date === day ? '0' : '-1');
  };
  stop(selected !== undefined && links.has(selected) ? selected : days.at(-1));
  for (const [date, link] of links) {
    link.addEventListener('focus', () => {
      stop(date);
      pointAt(link, 'pointermove');
    });
    link.addEventListener('blur', () => pointAt(link, 'pointerleave'));
    link.addEventListener('keydown', (event) => {
      const next = dayAfterKey(event.key, date, days);
      if (next === undefined) return;
      event.preventDefault();
      links.get(next)?.focus();
    });
  }
};
