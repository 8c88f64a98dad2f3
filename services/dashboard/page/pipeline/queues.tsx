import type { VNode } from 'preact';
import type { PipelineAnswer, RunRow } from '../../server/api.ts';
import { useOpen } from '../place.ts';
import { Table } from '../table.tsx';

const QUEUES = [
  ['work', 'Work', 'dates waiting for a worker or their next attempt'],
  ['dead_letter', 'Dead letter', 'dates that used all attempts and are about to be parked'],
  ['parked', 'Parked', 'dates waiting for a redrive'],
] as const;

/** The names that AWS, the logs and the commands use: the messages of each queue, and the executions of the runs. */
export const Queues = ({
  queues,
  rows,
}: {
  queues: PipelineAnswer['queues'];
  rows: readonly RunRow[];
}): VNode => {
  const { open, onToggle } = useOpen('queues');
  return (
    <details open={open} onToggle={onToggle}>
      <summary>Queues and run IDs</summary>
      <dl class="queues">
        {QUEUES.map(([queue, label, words]) => (
          <div class="card" key={queue} data-queue={queue}>
            <dt>{label}</dt>
            <dd>
              <span class="value">{queues[queue]}</span>
              <span class="quiet">{words}</span>
            </dd>
          </div>
        ))}
      </dl>
      <Table label="Run IDs" heads={['Run', 'Trigger', 'Status']}>
        {rows.map(({ run_id, trigger, status }) => (
          <tr key={run_id}>
            <th scope="row">
              <code>{run_id}</code>
            </th>
            <td>{trigger}</td>
            <td>{status}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
};
