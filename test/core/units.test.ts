import { METRICS, showEnds, showMetric } from '../../shared/core/metrics.ts';
import {
  clockIn,
  definitionIn,
  STORED_UNITS as EUROPE,
  type Units,
  weightIn,
} from '../../shared/core/units.ts';

const USA: Units = { clock: '12', temperature: '°F', weight: 'lb' };

test.each([
  ['00:00', '12:00 am'],
  ['00:59', '12:59 am'],
  ['11:59', '11:59 am'],
  ['12:00', '12:00 pm'],
  ['23:10', '11:10 pm'],
])('a clock of 12 hours shows %s as %s', (time, text) => {
  expect(clockIn(USA, time)).toBe(text);
  expect(clockIn(EUROPE, time)).toBe(time);
});

test('a deviation of 0.5 °C is one of 0.9 °F, in values, ranges, axes and differences', () => {
  const definition = definitionIn(USA, METRICS.temperature_delta);
  expect(showMetric(definition, 0.5)).toBe('+0.90 °F');
  expect(showEnds(definition, [-0.5, 0.1])).toBe('−0.90 to +0.18');
  expect(definition.axis.unit).toBe('°F');
  expect(0.5 / definition.axis.per).toBeCloseTo(0.9, 12);
  expect(definition.difference).toEqual({ unit: '°F', per: definition.axis.per, digits: 2 });
});

test('the clock applies to bedtimes, and no choice to anything else', () => {
  expect(showMetric(definitionIn(USA, METRICS.bedtime_start), -90)).toBe('10:30 pm');
  for (const { format, ...definition } of Object.values(METRICS)) {
    const { format: inEurope, ...same } = definitionIn(EUROPE, { ...definition, format });
    expect(same).toEqual(definition);
    expect(inEurope(90)).toBe(format(90));
  }
  expect(definitionIn(USA, METRICS.hrv)).toBe(METRICS.hrv);
});

test('a weight is converted to pounds', () => {
  expect(weightIn(EUROPE, 100)).toBe(100);
  expect(weightIn(USA, 100)).toBeCloseTo(220.462, 3);
});
