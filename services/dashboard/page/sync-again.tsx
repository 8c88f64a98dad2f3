import type { VNode } from 'preact';
import type { Day } from '../../../shared/core/day.ts';
import type { OverviewAnswer } from '../server/api.ts';
import { Button } from './button.tsx';
import { useWork } from './pipeline/work.ts';

/** A button that syncs one date again, and how that ends. Absent if this page cannot start runs. */
export const SyncAgain = ({ date, overview }: { date: Day; overview: OverviewAnswer }): VNode | null => {
  const { busy, said, start } = useWork('/api/sync', date);
  if (overview.read_only !== null) return null;
  return (
    <span class="again">
      <Button class="small" isOff={busy} onClick={start} aria-label={`Sync this date: ${date}`}>
        Sync this date
      </Button>
      <span role="status">{said}</span>
    </span>
  );
};
