// Hevy writes months in the language of the phone: "25 Juli 2026, 14:21".

/** The languages of the known month names. */
const LANGUAGES = 'en-US en-GB de fr es it pt nl sv da nb fi pl cs tr ru'.split(' ');

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');

let months: Map<string, number> | undefined;

const gather = (): Map<string, number> => {
  const found = new Map<string, number>();
  for (const language of LANGUAGES) {
    for (const style of ['long', 'short'] as const) {
      // Includes the day because some languages inflect the month next to it.
      const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: style, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month += 1) {
        const parts = format.formatToParts(Date.UTC(2025, month - 1, 15));
        const name = bare(parts.find(({ type }) => type === 'month')?.value ?? '');
        if (name !== '' && !found.has(name)) found.set(name, month);
      }
    }
  }
  return found;
};

/** Returns the month (1-12) with this long or short name; `undefined` if no known language has it. */
export const monthOf = (name: string): number | undefined => {
  months ??= gather();
  return months.get(bare(name));
};
