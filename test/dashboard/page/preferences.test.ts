import { chosenIn, type Preferences, usualIn } from '../../../services/dashboard/page/preferences.ts';
import { clockText, hourText, shown, showWeight } from '../../../services/dashboard/page/units.ts';
import { METRICS, showEnds, showMetric } from '../../../shared/core/metrics.ts';

const EUROPE: Preferences = { clock: '24', temperature: '°C', weight: 'kg' };
const USA: Preferences = { clock: '12', temperature: '°F', weight: 'lb' };

test.each<[string, Preferences]>([
  ['de-DE', EUROPE],
  ['en-US', USA],
  // Without a region, the likeliest one.
  ['en', USA],
  ['en-GB', EUROPE],
  ['en-CA', { clock: '12', temperature: '°C', weight: 'kg' }],
  ['es-PR', { clock: '12', temperature: '°F', weight: 'kg' }],
  ['ja-JP', EUROPE],
])('in %s, the clock and the units are those that are usual there', (language, usual) => {
  expect(usualIn(language)).toEqual(usual);
});

test.each([
  [null, {}],
  ['{"clock":"12","temperature":"°F"}', { clock: '12', temperature: '°F' }],
  ['{"clock":"13","weight":"lb","other":1}', { weight: 'lb' }],
  ['null', {}],
  ['[]', {}],
  ['{', {}],
])('of %j in the browser, what is a choice counts', (text, chosen) => {
  expect(chosenIn(text)).toEqual(chosen);
});

test.each([
  ['00:00', '12:00 am'],
  ['00:59', '12:59 am'],
  ['11:59', '11:59 am'],
  ['12:00', '12:00 pm'],
  ['23:10', '11:10 pm'],
])('a clock of 12 hours shows %s as %s', (time, text) => {
  expect(clockText(time, USA)).toBe(text);
  expect(clockText(time, EUROPE)).toBe(time);
});

test.each([
  [-2, '22:00', '10 pm'],
  [0, '00:00', '12 am'],
  [12, '12:00', '12 pm'],
  [25, '01:00', '1 am'],
])('an axis names %d hours after midnight %s or %s', (hours, long, short) => {
  expect([hourText(hours, EUROPE), hourText(hours, USA)]).toEqual([long, short]);
});

test('a deviation of 0.5 °C is one of 0.9 °F, in values, ranges, axes and differences', () => {
  const definition = shown(METRICS.temperature_delta, USA);
  expect(showMetric(definition, 0.5)).toBe('+0.90 °F');
  expect(showEnds(definition, [-0.5, 0.1])).toBe('−0.90 to +0.18');
  expect(definition.axis.unit).toBe('°F');
  expect(0.5 / definition.axis.per).toBeCloseTo(0.9, 12);
  expect(definition.difference).toEqual({ unit: '°F', per: definition.axis.per, digits: 2 });
});

test('the clock applies to bedtimes, and no choice to anything else', () => {
  expect(showMetric(shown(METRICS.bedtime_start, USA), -90)).toBe('10:30 pm');
  for (const { format, ...definition } of Object.values(METRICS)) {
    const { format: inEurope, ...same } = shown({ ...definition, format }, EUROPE);
    expect(same).toEqual(definition);
    expect(inEurope(90)).toBe(format(90));
  }
  expect(shown(METRICS.hrv, USA)).toBe(METRICS.hrv);
});

test('a weight is shown in the chosen unit', () => {
  expect([showWeight(12_400, EUROPE), showWeight(12_400, USA)]).toEqual(['12,400 kg', '27,337 lb']);
});
