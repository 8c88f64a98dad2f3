import type { SleepSummary } from '../../../shared/aws/store/scan-nights.ts';
import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { byDate } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { shareConcurrent } from '../../../shared/core/share-concurrent.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import type { PipelineState } from '../../operations/status/pipeline-state.ts';
import type { PipelineWatch } from '../../operations/status/watch-pipeline.ts';
import type { DatedMetrics } from './group-nights.ts';

/**
 * What changes whenever the pipeline has stored a night: only the worker stores nights, and each message that it has finished
 * changes the queues or the counts of a run.
 */
const traceOf = ({ queues, running, runs, failures, newest }: PipelineState): string =>
  JSON.stringify([queues, running, runs, failures, newest]);

/** The history of a night is most of its size. */
const metricsOf = (night: SleepSummary): DatedMetrics => ({
  ...(Object.fromEntries(METRIC_NAMES.map((name) => [name, night[name]])) as unknown as NightMetrics),
  date: night.date,
});

/**
 * The metrics of all stored nights, in order of date. Scans the table when the pipeline has stored nights since the last scan:
 * ten years take half a second.
 */
export const createStoredMetrics = (
  sleepTable: Pick<SleepTable, 'scanSummaries'>,
  pipeline: Pick<PipelineWatch, 'read'>,
): (() => Promise<readonly DatedMetrics[]>) => {
  let kept: { readonly trace: string; readonly nights: readonly DatedMetrics[] } | undefined;
  return shareConcurrent(async () => {
    // Before the scan: what is stored during it changes the next trace.
    const trace = traceOf(await pipeline.read());
    if (kept?.trace !== trace) {
      const nights = await Array.fromAsync(sleepTable.scanSummaries(), metricsOf);
      kept = { trace, nights: nights.sort(byDate) };
    }
    return kept.nights;
  });
};
