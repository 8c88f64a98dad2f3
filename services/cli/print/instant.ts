/** An instant (epoch ms) on the clock of `timeZone`, which it names: `2026-11-24 12:00 America/Los_Angeles`. */
export const showInstant = (epochMs: number, timeZone: string): string => {
  // Sweden writes dates as ISO 8601 does.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${clock.format(epochMs)} ${timeZone}`;
};
