import { placeIn } from '../../../services/dashboard/page/place.ts';
import { askedRange, movedTo } from '../../../services/dashboard/page/trends/asked-range.ts';

const NEWEST = '2026-03-10';
const asked = (hash: string) => Object.values(askedRange(placeIn(hash), NEWEST));

test.each([
  ['#nights', ['2026-02-09', NEWEST]],
  ['#nights?range=7', ['2026-03-04', NEWEST]],
  ['#nights?range=7&to=2026-03-03', ['2026-02-25', '2026-03-03']],
  ['#nights?range=all', [undefined, NEWEST]],
  ['#nights?range=all&to=2025-12-31', [undefined, '2025-12-31']],
  ['#nights?to=2026-12-31', ['2026-02-09', NEWEST]],
  ['#nights?to=1900-01-05', ['1900-01-01', '1900-01-05']],
])('%s shows %j', (hash, days) => {
  expect(asked(hash)).toEqual(days);
});

test.each([
  ['in the range', '#nights/2026-03-04?range=7', ['2026-03-04', NEWEST]],
  ['one range earlier', '#nights/2026-03-03?range=7', ['2026-02-25', '2026-03-03']],
  ['in a range that ends earlier', '#nights/2026-03-01?range=7&to=2026-03-02', ['2026-02-24', '2026-03-02']],
  ['outside of the range to a day', '#nights/2025-03-10?range=7&to=2026-03-02', ['2025-03-05', '2025-03-11']],
  ['after the end of all nights', '#nights/2026-03-01?range=all&to=2025-12-31', [undefined, NEWEST]],
])('a selected night is always among the nights of the charts: %s', (_, hash, days) => {
  const [from, to] = asked(hash);
  expect([from, to]).toEqual(days);
  const { night } = placeIn(hash);
  expect((from ?? '') <= (night ?? '') && (night ?? '') <= (to ?? '')).toBe(true);
});

test('a night after the newest one leaves the range as it is', () => {
  expect(asked('#nights/2026-03-11?range=7')).toEqual(['2026-03-04', NEWEST]);
});

test('stepping through the nights of an earlier range does not move it', () => {
  const ends = ['2026-02-25', '2026-02-28', '2026-03-03'].map((night) => asked(`#nights/${night}?range=7`));
  expect(new Set(ends.map(String)).size).toBe(1);
});

test('a range that moves ends with the newest night at most, and keeps a night that is still in it', () => {
  const place = placeIn('#nights/2026-03-04?range=7');
  expect(movedTo('2026-03-04', place, NEWEST)).toEqual({ to: '2026-03-04', night: '2026-03-04' });
  expect(movedTo('2026-03-03', place, NEWEST)).toEqual({ to: '2026-03-03', night: undefined });
  expect(movedTo('2026-03-17', place, NEWEST)).toEqual({ to: undefined, night: '2026-03-04' });
});
