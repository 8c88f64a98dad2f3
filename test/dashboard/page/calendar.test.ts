import { LOOKS, lookOf } from '../../../services/dashboard/page/calendar/day-look.ts';
import { dayAfterKey, monthGrid, placeOf } from '../../../services/dashboard/page/calendar/month-grid.ts';
import { levelOf, SCORE_LEVELS } from '../../../services/dashboard/page/calendar/score-levels.ts';
import type { CalendarNight } from '../../../services/dashboard/server/api.ts';
import { daysFrom } from '../../../shared/core/day.ts';

const night = (score: number | null, state: CalendarNight['state'] = 'stored'): CalendarNight => ({
  ...{ date: '2026-03-10', state, score, revision: 1, naps: 0, vanished_since: null },
});

test('without colours, a night, a failure, an open date and a date without data look different', () => {
  const shapes = [
    lookOf(night(80)),
    lookOf(night(80, 'provisional')),
    LOOKS.no_score,
    LOOKS.no_data,
    LOOKS.failed,
    LOOKS.not_asked,
  ].map(({ colour, ...shape }) => JSON.stringify(shape));
  expect(new Set(shapes).size).toBe(shapes.length);
});

test('the levels of scores have no hole and no overlap', () => {
  for (let score = 0; score <= 100; score++) {
    const levels = SCORE_LEVELS.filter(({ least, most }) => least <= score && score <= most);
    expect(levels.map(({ level }) => level)).toEqual([levelOf(score)]);
  }
  expect(lookOf(night(59)).colour).not.toBe(lookOf(night(60)).colour);
});

test.each([24, 44])(
  'at every width, dates of at least %i px fill as many months in a row as have room',
  (least) => {
    for (let width = 7 * least; width <= 1900; width += 7) {
      const { across, width: month, gap, row } = monthGrid(width, least);
      expect(across * month + (across - 1) * gap).toBeCloseTo(width, 6);
      expect(Math.min(month / 7, row)).toBeGreaterThanOrEqual(least);
    }
    expect(monthGrid(250, 44)).toMatchObject({ across: 1, row: 44 });
  },
);

test('no two dates of a year have the same place', () => {
  for (const year of [2023, 2024, 2027]) {
    const days = daysFrom(`${year}-01-01`, `${year}-12-31`).map((day) => JSON.stringify(placeOf(day)));
    expect(new Set(days).size).toBe(days.length);
  }
});

test('keys move by a day, by a week and to the ends, and stay where there is no date', () => {
  const days = daysFrom('2026-01-05', '2026-03-10');
  expect(dayAfterKey('ArrowRight', '2026-01-31', days)).toBe('2026-02-01');
  expect(dayAfterKey('ArrowDown', '2026-01-31', days)).toBe('2026-02-07');
  expect(dayAfterKey('ArrowUp', '2026-01-07', days)).toBe('2026-01-07');
  expect(dayAfterKey('Home', '2026-02-07', days)).toBe('2026-01-05');
  expect(dayAfterKey('End', '2026-02-07', days)).toBe('2026-03-10');
  expect(dayAfterKey('Tab', '2026-02-07', days)).toBeUndefined();
});
