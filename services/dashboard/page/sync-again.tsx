import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import type { OverviewAnswer, SyncAnswer } from '../server/api.ts';
import { post, useAction } from './ask.ts';

/** A button that syncs one date again. Absent if this page cannot start runs. */
export const SyncAgain = ({ date, overview }: { date: string; overview: OverviewAnswer }): VNode | null => {
  const work = useCallback(async () => {
    await post<SyncAnswer>('/api/sync', { from: date, to: date });
    return 'Sync started. Pipeline shows the result.';
  }, [date]);
  const { busy, result, run } = useAction(work);
  if (overview.read_only !== null) return null;
  return (
    <span class="again">
      <button type="button" class="small" disabled={busy} onClick={run} aria-label={`Sync again: ${date}`}>
        Sync again
      </button>
      <span role="status">{result}</span>
    </span>
  );
};
