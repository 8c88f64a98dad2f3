import { timesIn } from '../../../../services/insights/training/workout-files/time-in-file.ts';

/** Reads one time as the only one of a file, or among others. */
const read = (text: string, ...others: string[]): string => {
  const time = timesIn([text, ...others])(text);
  return 'reason' in time ? time.reason : `${time.wallTime}${time.offset ?? ''}`;
};
const EITHER_ORDER = 'can be day and month or month and day, and no other date of the file decides';
const EITHER_MONTH = 'is in another month in another language, and no other date of the file decides';

test.each([
  ['2026-09-20 18:00:00', '2026-09-20T18:00:00'],
  ['2026-09-20 6:00:00 PM', '2026-09-20T18:00:00'],
  ['2025-09-02 7:10:00\u202FAM', '2025-09-02T07:10:00'],
  ['2026-05-16 18:00', '2026-05-16T18:00:00'],
  ['2026/10/03 18:00', '2026-10-03T18:00:00'],
  ['2026-05-20T10:00:00.000Z', '2026-05-20T10:00:00Z'],
  ['2026-05-20T10:00:00+0200', '2026-05-20T10:00:00+02:00'],
  ['3 oct 2026, 0:30', '2026-10-03T00:30:00'],
  ['3 oct 2026, 12:30 a. m.', '2026-10-03T00:30:00'],
  ['3. Oktober 2026 um 18:00 Uhr', '2026-10-03T18:00:00'],
  ['3 Jän. 2026 18:00', '2026-01-03T18:00:00'],
  ['3 octobre 2026 à 18 h 05', '2026-10-03T18:05:00'],
  ['lúc 11:05 CH 17 tháng 12, 2026', '2026-12-17T23:05:00'],
  ['١١ أكتوبر ٢٠٢٦، ٦:٠٠ م', '2026-10-11T18:00:00'],
  ['Sat, 3 Oct 2026 18:00', '2026-10-03T18:00:00'],
  ['mar, 3 mar 2026 18:00', '2026-03-03T18:00:00'],
  ['3 de mar. de 2026, 18:00', '2026-03-03T18:00:00'],
  // In ICU, these parts of the day do not contain 6:15.
  ['2026年10月3日 晚上6:15', '2026-10-03T18:15:00'],
  ['3 அக்., 2026, பிற்பகல் 6:15', '2026-10-03T18:15:00'],
  ['2026年10月3日 夜6:00', '2026-10-03T18:00:00'],
  ['2026年10月3日 傍晚18:15', '2026-10-03T18:15:00'],
])('reads %s as %s', (text, time) => {
  expect(read(text)).toBe(time);
});

test.each([
  '',
  'x',
  '2026-05-16',
  '31 Feb 2026, 08:00',
  '3 Oct 2026, 25:00',
  '3 Oct 2026, 18:60',
  '3 Oct 2026, 13:00 PM',
  '3 Oct 2026, 0:30 PM',
  '3 Oct 2026, 6:00 xyz',
  '2026年10月3日 晚上12:15',
  '2026年10月3日 傍晚6:15',
  '3 Oct 2026, xyz 6:00',
  '3 Xyz 2026, 18:00',
  '3/10/26 18:00',
  '13/13/2026 18:00',
  '2026-13-01 18:00',
])('rejects "%s"', (text) => {
  expect(read(text)).toBe('is invalid');
});

describe('whether the day or the month is first', () => {
  test.each(['03/10/2026 18:00', '3.10.2026, 18:00', '3. 10. 2026, 18:00', '03-10-2026 18:00'])(
    'is unknown for %s alone',
    (text) => {
      expect(read(text)).toBe(EITHER_ORDER);
    },
  );

  test.each([
    ['another date has a day above 12 first', '13/10/2026 18:00', '2026-10-03T18:00:00'],
    ['another date has a day above 12 last', '10/13/2026 18:00', '2026-03-10T18:00:00'],
  ])('is known if %s', (_what, other, time) => {
    expect(read('03/10/2026 18:00', other)).toBe(time);
  });

  test('is unknown if the other dates contradict each other, which are read themselves', () => {
    const others = ['13/10/2026 18:00', '10/14/2026 18:00'] as const;
    expect(read('03/10/2026 18:00', ...others)).toBe(EITHER_ORDER);
    expect(others.map((text) => read(text, ...others))).toEqual([
      '2026-10-13T18:00:00',
      '2026-10-14T18:00:00',
    ]);
  });

  test('does not matter for 3 March', () => {
    expect(read('03/03/2026 18:00')).toBe('2026-03-03T18:00:00');
  });
});

test.each([
  ['lip', 'paź', '2026-07-03T18:00:00'],
  ['lip', 'ožu', '2026-06-03T18:00:00'],
  ['listopadu', 'října', '2026-11-03T18:00:00'],
  ['srp', 'kol', '2026-07-03T18:00:00'],
])('the name %s beside %s has the month of its language', (name, other, time) => {
  expect(read(`3 ${name} 2026, 18:00`, `3 ${other} 2026, 18:00`)).toBe(time);
});

test('a name that is another month in another language is ambiguous alone', () => {
  expect(read('3 lip 2026, 18:00')).toBe(EITHER_MONTH);
});

test('a date without a time has the given time, and one with a time its own', () => {
  const times = timesIn(['2026-05-17', '2026-05-18 07:00'], '12:00:00');
  expect(times('2026-05-17')).toMatchObject({ wallTime: '2026-05-17T12:00:00' });
  expect(times('2026-05-18 07:00')).toMatchObject({ wallTime: '2026-05-18T07:00:00' });
});

const LANGUAGES =
  'en en-GB en-AU en-CA de de-AT fr fr-CA es es-MX it pt pt-PT nl sv da nb fi pl cs sk hu ro bg hr sr sr-Latn sl uk ru be el tr ar ' +
  'he fa hi bn ta te th vi id ms ja ko zh zh-TW zh-HK ca eu gl et lv lt is ga cy af sw fil kk uz az ka hy mk sq bs ur mr gu kn ml pa';
const FORMS: readonly Intl.DateTimeFormatOptions[] = [
  { dateStyle: 'medium', timeStyle: 'short' },
  { dateStyle: 'long', timeStyle: 'short' },
  { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit', hour12: true },
];

test('reads no time of any language wrongly, and nearly all of them', () => {
  const wrong: string[] = [];
  let [all, right] = [0, 0];
  for (const language of LANGUAGES.split(' ')) {
    for (const form of FORMS) {
      const format = new Intl.DateTimeFormat(language, { ...form, calendar: 'gregory', timeZone: 'UTC' });
      const instants = [...Array(12).keys()].flatMap((month) =>
        [0, 6, 12, 23].map((hour) => Date.UTC(2026, month, 17, hour, 5)),
      );
      const times = timesIn(instants.map((instant) => format.format(instant)));
      for (const instant of instants) {
        const text = format.format(instant);
        const time = times(text);
        all += 1;
        if ('reason' in time) continue;
        if (time.wallTime === new Date(instant).toISOString().slice(0, 19)) right += 1;
        else wrong.push(`${language}: ${text} → ${time.wallTime}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(right / all).toBeGreaterThan(0.98);
});
