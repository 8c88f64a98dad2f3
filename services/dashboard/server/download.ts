import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { byDate, type DayRange } from '../../../shared/core/day.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { csvOf } from '../../insights/export/csv.ts';
import { NIGHT_COLUMNS } from '../../insights/export/nights.ts';
import { tableOf } from '../../insights/export/table.ts';

export const DOWNLOAD_FORMATS = ['csv', 'json'] as const;
type DownloadFormat = (typeof DOWNLOAD_FORMATS)[number];

const TYPES: Readonly<Record<DownloadFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

const write = (format: DownloadFormat, nights: readonly SleepRecord[]): string =>
  format === 'json'
    ? `${JSON.stringify(nights, null, 2)}\n`
    : [...csvOf(tableOf(NIGHT_COLUMNS, nights), { bom: false })].join('');

/** The stored nights of a range, identical to the output of `npm run export`. */
export const download = async (
  sleepTable: SleepTable,
  { format, from, to }: DayRange & { readonly format: DownloadFormat },
): Promise<Response> => {
  const nights = (await Array.fromAsync(sleepTable.scan({ from, to }))).sort(byDate);
  return new Response(write(format, nights), { headers: { 'content-type': TYPES[format] } });
};
