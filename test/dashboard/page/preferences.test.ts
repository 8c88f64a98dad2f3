import { chosenIn, type Preferences, usualIn } from '../../../services/dashboard/page/preferences.ts';

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
