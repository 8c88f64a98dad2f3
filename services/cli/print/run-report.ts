import { countsOf, type DayEntry, type Run, statusOf } from '../../../shared/contract/ledger.ts';

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What became of a run, in a few lines for people; `entries` are the ledger's of the dates that failed. */
export const runReport = (run: Run, entries: ReadonlyMap<string, DayEntry>): string[] => {
  const counts = countsOf(run);
  if (run.cause !== null && counts.planned === 0) {
    return [`Run ${run.run_id} failed before anything was asked for: ${remedy(run.cause)}`];
  }
  if (counts.planned === 0)
    return ['Nothing to do: no date is missing or due for a re-read. 0 nights written.'];
  const nothingNew = counts.stored === 0 && counts.failed === 0 && counts.pending === 0;
  return [
    `Run ${run.run_id}: ${statusOf(run)}. ${plural(counts.stored, 'night')} written, ${counts.unchanged} unchanged, ` +
      `${counts.no_data} without data, ${counts.failed} failed, ${counts.pending} unfinished.` +
      (nothingNew ? ' Nothing new.' : ''),
    ...run.failed.map((date) => {
      const error = entries.get(date)?.last_error;
      return `  ${date}  ${error ? `${error.name}: ${error.message}` : 'failed'}`;
    }),
  ];
};

const REMEDY: Readonly<Record<string, string>> = {
  CredentialsRejected: 'Oura rejects the credentials: reconnect needed. Check OURA_API_KEY.',
  AccessForbidden: 'Oura forbids access: the membership lapsed or the scope daily is not granted.',
  ApiKeyMissing: 'the parameter that should hold the Oura key is missing or cannot be used.',
};

const remedy = (cause: string): string => REMEDY[cause] ?? cause;
