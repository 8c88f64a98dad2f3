import { asCalled } from '../environment/caller.ts';

/** The width of the terminal; a pipe or a file has no limit. */
export const terminalWidth = ({ isTTY, columns }: NodeJS.WriteStream = process.stdout): number =>
  (isTTY && columns) || Infinity;

// biome-ignore lint/suspicious/noControlCharactersInRegex: marks of a colour (write.ts).
export const widthOf = (line: string): number => [...line.replaceAll(/[\u0001-\u0003]/g, '')].length;

/**
 * Breaks each line of `text` at spaces, and a word that does not fit anywhere. Commands get their name before, because a broken
 * one would not be found later.
 */
export const wrap = (text: string, width: number = terminalWidth()): string => {
  const lines = asCalled(text)
    .split('\n')
    .flatMap((line) => {
      const broken: string[] = [''];
      for (const word of line.split(' ')) {
        const last = broken.at(-1) ?? '';
        const joined = last === '' ? word : `${last} ${word}`;
        if (widthOf(joined) <= width) broken[broken.length - 1] = joined;
        else {
          const pieces = [...word];
          if (last === '') broken.pop();
          if (widthOf(word) <= width) broken.push(word);
          else while (pieces.length > 0) broken.push(pieces.splice(0, width).join(''));
        }
      }
      return broken;
    });
  return lines.join('\n');
};

/** What stays at the left of a broken line: its indent, a hyphen, or a label such as `Service   `. */
const HANGING = /^ *(?:- |\S+ {2,})?/;

/**
 * Breaks the lines of `text` that are too long at spaces, below what they begin with. A word that does not fit stays whole, as it
 * can be a path or an address.
 */
export const breakLines = (text: string, width: number = terminalWidth()): string =>
  asCalled(text)
    .split('\n')
    .flatMap((line) => {
      if (widthOf(line) <= width) return line;
      const [start = ''] = HANGING.exec(line) ?? [];
      const [first = '', ...words] = line.slice(start.length).split(' ');
      const broken = [start + first];
      for (const word of words) {
        const joined = `${broken.at(-1)} ${word}`;
        if (widthOf(joined) <= width) broken[broken.length - 1] = joined;
        else broken.push(' '.repeat(widthOf(start)) + word);
      }
      return broken;
    })
    .join('\n');

/** A list with a hyphen before each item, in lines of the terminal. */
export const bullets = (items: readonly string[], width: number = terminalWidth()): string =>
  items.map((item) => `- ${wrap(item, width - 2).replaceAll('\n', '\n  ')}`).join('\n');
