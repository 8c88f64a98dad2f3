import { styleText } from 'node:util';
import { asCalled } from '../environment/caller.ts';

// All text for people is written here. It may quote a file that was imported, or what a server sent, so nothing in it reaches
// the terminal as a control character.

/** Marks of {@link paint}. They have no width in a table, and no text needs them. */
const MARKS = { problem: '\u0001', warning: '\u0002', end: '\u0003' } as const;
const COLORS = { problem: 'red', warning: 'yellow' } as const;
type Paint = keyof typeof COLORS;

/** Marks one word to be shown in colour, if it is written to a terminal that has colours (NO_COLOR). */
export const paint = (as: Paint, text: string): string => `${MARKS[as]}${text}${MARKS.end}`;

/** Controls (C0 without tab and line feed, DEL, C1), and those that turn the direction of the text around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Shows control characters as a replacement character. */
export const withoutControls = (text: string): string => text.replaceAll(CONTROLS, '\ufffd');

/** The text of {@link paint}: its colour, the text, and its end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the marks.
const PAINTED = /([\u0001\u0002])([^\u0001-\u0003]*)\u0003/g;

const forPeople = (text: string, stream: NodeJS.WriteStream): string => {
  const pieces: string[] = [];
  let at = 0;
  for (const { 0: whole, 1: mark, 2: inner = '', index } of text.matchAll(PAINTED)) {
    const color = COLORS[mark === MARKS.problem ? 'problem' : 'warning'];
    pieces.push(withoutControls(text.slice(at, index)));
    pieces.push(styleText(color, withoutControls(inner), { stream, validateStream: true }));
    at = index + whole.length;
  }
  return asCalled(pieces.join('') + withoutControls(text.slice(at)));
};

/** Writes a line to standard output. */
export const print = (text: string): boolean => process.stdout.write(`${forPeople(text, process.stdout)}\n`);

/** Writes a line to standard error: a warning, an error, or a note beside the output. */
export const printError = (text: string): boolean =>
  process.stderr.write(`${forPeople(text, process.stderr)}\n`);

/** Prints `value` as JSON, or as the text for people. */
export const printAs = (format: string, value: unknown, text: () => string) =>
  print(format === 'json' ? JSON.stringify(value, null, 2) : text());
