import fc from 'fast-check';
import { hashOf, type Place, placeIn, RANGES, VIEWS } from '../../../services/dashboard/page/place.ts';

const DEFAULTS: Place = {
  view: 'nights',
  night: undefined,
  range: 30,
  to: undefined,
  year: undefined,
  period: undefined,
  open: [],
};

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
const dayOrNone = fc.option(
  day.map((date) => date.toISOString().slice(0, 10)),
  { nil: undefined },
);
const name = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const place: fc.Arbitrary<Place> = fc.record({
  view: fc.constantFrom(...VIEWS),
  night: dayOrNone,
  range: fc.constantFrom(...RANGES),
  to: dayOrNone,
  year: fc.option(fc.integer({ min: 1900, max: 9998 }), { nil: undefined }),
  period: fc.option(name, { nil: undefined }),
  open: fc.uniqueArray(name).map((names) => names.sort()),
});

test('an address gives the place that it was made of', () => {
  fc.assert(fc.property(place, (at) => expect(placeIn(hashOf(at))).toEqual(at)));
});

test.each([
  [{}, '#nights'],
  [{ view: 'calendar', year: 2025 }, '#calendar?year=2025'],
  [{ night: '2026-03-10', range: 90, to: '2026-03-31' }, '#nights/2026-03-10?range=90&to=2026-03-31'],
  [{ view: 'insights', period: '90', open: ['b', 'a'] }, '#insights?period=90&open=a,b'],
] as const)('the address of %j is %s: without defaults, and readable', (change, hash) => {
  expect(hashOf({ ...DEFAULTS, ...change })).toBe(hash);
});

test.each([
  '',
  '#',
  '#nothing',
  '#nights/2026-02-30',
  '#nights/1899-12-31?to=9999-01-01&year=1899',
  '#nights/9999-01-01?to=1899-12-31&year=9999',
  '#nights/yesterday?range=31&to=x&year=0&period=%00&open=,',
  '#nights?range=30&open=%',
  '#?%E0%A4%A',
])('%j has nothing that the page understands, and gives the defaults', (hash) => {
  expect(placeIn(hash)).toEqual(DEFAULTS);
});

test('no address makes it throw, and what it gives can be written and read again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withFragments: true })), (text) => {
      const at = placeIn(`#${text}`);
      expect(placeIn(hashOf(at))).toEqual(at);
    }),
  );
});
