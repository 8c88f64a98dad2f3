/** What the exports of apps that are not supported have in common: text at the start, or names of columns. */
const OTHER_APPS: readonly {
  readonly app: string;
  readonly begins?: RegExp;
  readonly columns?: readonly string[];
}[] = [
  { app: 'Apple Health', begins: /<HealthData|<!DOCTYPE HealthData/ },
  { app: 'Jefit', begins: /### (WORKOUT SESSIONS|EXERCISE LOGS|SETTING|ROUTINES)|\bjefit\b/i },
  { app: 'Jefit', columns: ['ename', 'logs'] },
  { app: 'StrongLifts', begins: /\bstronglifts\b/i },
  { app: 'StrongLifts', columns: ['workout name', 'body weight', 'exercise'] },
  { app: 'StrongLifts', columns: ['date (yyyy/mm/dd)', 'exercise'] },
  { app: 'Garmin', begins: /<TrainingCenterDatabase|\bgarmin\b/i },
  { app: 'Garmin', columns: ['activity type', 'date', 'title'] },
  { app: 'Apple Health', columns: ['type', 'sourcename', 'startdate'] },
];

/** How much of a file is searched for the name of an app. */
const START = 4096;

/** The app whose export this is, of those that are not supported; undefined if it is unknown. */
export const otherApp = (text: string, header: readonly string[]): string | undefined => {
  const start = text.slice(0, START);
  const names = header.map((name) => name.replace(/ \((kg|lbs?)\)$/, ''));
  return OTHER_APPS.find(
    ({ begins, columns }) => begins?.test(start) || columns?.every((name) => names.includes(name)),
  )?.app;
};
