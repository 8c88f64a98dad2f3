/** Formats an instant (epoch ms) in `timeZone`, such as `2026-11-24 12:00 America/Los_Angeles`. */
export const showInstant = (epochMs: number, timeZone: string): string => {
  // The Swedish format is ISO 8601.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${clock.format(epochMs)} ${timeZone}`;
};
