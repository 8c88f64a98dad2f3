/** The mean width of a character of a sans-serif font, as a share of its size. */
const CHARACTER = 0.52;

/** Breaks a text into lines between its words. @param ems how many times the font size fits into a line */
export const wrapText = (text: string, ems: number): string[] => {
  const most = Math.floor(ems / CHARACTER);
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
