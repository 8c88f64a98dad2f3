export const print = (text: string) => process.stdout.write(`${text}\n`);

/** Prints `value` as JSON, or as the text for people. */
export const printAs = (format: string, value: unknown, text: () => string) =>
  print(format === 'json' ? JSON.stringify(value, null, 2) : text());
