/** The fields of an EventBridge cron expression: what numbers they take, which names and which marks besides `, - * /`. */
const FIELDS = [
  { min: 0, max: 59, names: '', marks: '' },
  { min: 0, max: 23, names: '', marks: '' },
  { min: 1, max: 31, names: '', marks: '?LW' },
  { min: 1, max: 12, names: 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC', marks: '' },
  { min: 1, max: 7, names: 'SUN|MON|TUE|WED|THU|FRI|SAT', marks: '?L#' },
  { min: 1970, max: 2199, names: '', marks: '' },
] as const;

const isField = (text: string, { min, max, names, marks }: (typeof FIELDS)[number]): boolean => {
  const words = names === '' ? [] : names.split('|');
  return text.split(',').every((item) => {
    if (item === '?') return marks.includes('?') && text === '?';
    const [range = '', step, ...rest] = item.split('/');
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === '*') return true;
    const ends = range.split('-');
    return ends.length <= 2 && ends.every((end) => isValue(end, min, max, words, marks));
  });
};

const isValue = (
  text: string,
  min: number,
  max: number,
  names: readonly string[],
  marks: string,
): boolean => {
  if (names.includes(text.toUpperCase())) return true;
  if (marks.includes('W') && text === 'LW') return true;
  const match = /^(\d*)(?:(L|W)|#([1-5]))?$/.exec(text);
  if (match === null || text === '') return false;
  const [, digits = '', letter, nth] = match;
  if (letter !== undefined && !marks.includes(letter)) return false;
  if (nth !== undefined && !marks.includes('#')) return false;
  return digits === '' ? letter === 'L' : Number(digits) >= min && Number(digits) <= max;
};

/**
 * Whether `text` is `cron(minutes hours day-of-month month day-of-week year)` as EventBridge takes it. Exactly one of
 * the two day fields is `?`: EventBridge refuses the expression otherwise, but only at deployment.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export const isCronExpression = (text: string): boolean => {
  const fields = /^cron\((.*)\)$/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  return (
    fields.length === FIELDS.length &&
    FIELDS.every((field, index) => isField(fields[index] ?? '', field)) &&
    (fields[2] === '?') !== (fields[4] === '?')
  );
};
