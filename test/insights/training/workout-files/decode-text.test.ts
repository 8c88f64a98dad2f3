import fc from 'fast-check';
import { fileText } from '../../../../services/insights/training/workout-files/decode-text.ts';
import { WorkoutFileUnusable } from '../../../../services/insights/training/workout-files/workout-file-unusable.ts';
import { propertyRuns } from '../../../helpers/property-runs.ts';
import { fixtureBytes } from './read-file.ts';

const HEADER = 'Date;Workout Name;Exercise Name;Set Order;Weight (kg);Reps\n';
const GERMAN = `${HEADER}2026-05-09 10:00:00;Drücken;Bankdrücken (groß);1;80;8\n`;
const MARK = '\uFEFF';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const inMiddle = (...bytes: number[]) =>
  Buffer.concat([
    Buffer.from(`${HEADER}2026-05-09 10:00:00;A;`),
    Buffer.from(bytes),
    Buffer.from(';1;80;8\n'),
  ]);

test.each([
  ['UTF-8', Buffer.from(GERMAN), undefined],
  ['UTF-8 with its mark', Buffer.from(MARK + GERMAN), undefined],
  ['UTF-16 (little endian) with its mark', utf16(MARK + GERMAN), undefined],
  ['UTF-16 (big endian) with its mark', utf16(MARK + GERMAN).swap16(), undefined],
  ['UTF-16 (little endian)', utf16(GERMAN), 'UTF-16'],
  ['UTF-16 (big endian)', utf16(GERMAN).swap16(), 'UTF-16'],
  ['Windows-1252', Buffer.from(GERMAN, 'latin1'), 'Windows-1252'],
])('reads %s', (_what, bytes, guessed) => {
  expect(fileText(bytes)).toEqual({ text: GERMAN, guessed });
});

test.each([
  ['the euro sign and quotation marks of Windows-1252', [0x80, 0x20, 0x93, 0x41, 0x94], '€ “A”'],
  ['a question in Spanish', [0xbf, 0x51, 0x75, 0xe9, 0x3f], '¿Qué?'],
  ['two accents in a row', [0x63, 0x72, 0xe9, 0xe9, 0x65], 'créée'],
])('reads %s', (_what, bytes, text) => {
  expect(fileText(inMiddle(...bytes)).text).toContain(`;A;${text};1`);
});

test.each([
  ['Windows-1251 (Russian)', inMiddle(0xcf, 0xf0, 0xe8, 0xf1, 0xe5, 0xe4)],
  ['Windows-1250 (Polish)', inMiddle(0x6c, 0x65, 0xbf, 0xb9, 0x63)],
  ['Windows-1253 (Greek)', inMiddle(0xd0, 0xdf, 0xe5, 0xf3, 0xe7)],
  ['a byte that Windows-1252 does not use', inMiddle(0x41, 0x81)],
  [
    'UTF-8 that ends within a character',
    Buffer.from(GERMAN).subarray(0, Buffer.from(GERMAN).lastIndexOf(0xc3) + 1),
  ],
  ['UTF-8 with one bad byte', Buffer.concat([Buffer.from(`${HEADER};Maß;`), Buffer.from([0xff])])],
  ['UTF-16 that ends within a character', utf16(MARK + GERMAN).subarray(0, -1)],
  ['UTF-16 with half a character', Buffer.concat([utf16(MARK + GERMAN), Buffer.from([0x00, 0xd8])])],
  ['UTF-32', Buffer.from([...GERMAN].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]))],
  ['NULs', Buffer.from(`${GERMAN}\0\0`)],
])('rejects %s in one sentence', (_what, bytes) => {
  expect(() => fileText(bytes)).toThrow(WorkoutFileUnusable);
  expect(() => fileText(bytes)).toThrow(
    /^it is (not text|neither UTF-8 nor UTF-16 nor Windows-1252): save it as UTF-8$/,
  );
});

test('rejects a zip archive, which a workbook is, too', () => {
  expect(() => fileText(Buffer.from('PK\x03\x04\x14\x00\x08\x00', 'latin1'))).toThrow(
    new WorkoutFileUnusable('it is a zip archive or a workbook: unpack it, or save it as CSV'),
  );
});

test('a NUL in a note makes the file neither binary nor UTF-16', () => {
  const text = `${GERMAN.repeat(10)}\0`;
  expect(fileText(Buffer.from(text)).text).toBe(text);
});

test('reads control characters of notes', () => {
  const text = `${GERMAN}\x07\x0B\x85`;
  expect(fileText(Buffer.from(text)).text).toBe(text);
});

test('never replaces a character', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('', HEADER), (bytes, before) => {
      try {
        expect(fileText(Buffer.concat([Buffer.from(before), bytes])).text).not.toContain('\uFFFD');
      } catch (error: unknown) {
        // The character itself is valid UTF-8: a row that has it is rejected.
        if (!Buffer.from(bytes).includes('\uFFFD')) expect(error).toBeInstanceOf(WorkoutFileUnusable);
      }
    }),
    propertyRuns(),
  );
});

test('reads the same from a file of any encoding', () => {
  const text = fixtureBytes('05_strong_french_headers.csv').toString();
  for (const bytes of [utf16(text), utf16(text).swap16(), Buffer.from(text, 'latin1')])
    expect(fileText(bytes).text).toBe(text);
});
