import { useContext, useEffect, useState } from 'preact/hooks';
import type { WorkAnswer, WorkRow } from '../../server/api.ts';
import { post, useAction } from '../ask.ts';
import { LiveContext } from '../live.ts';
import { sentenceOf } from './words.ts';

/** A sync or a redrive that the user can start, followed to its end. */
export interface StartableWork {
  /** Whether it is running, also if another tab started it. It cannot be started twice. */
  readonly busy: boolean;
  /** How it is going, or how it ended, as a sentence; undefined if this page has not seen it. */
  readonly said: string | undefined;
  start(): void;
}

/** @param path `/api/sync` or `/api/redrive` @param date the one date of a sync; absent: the look-back */
export const useWork = (path: '/api/sync' | '/api/redrive', date?: string): StartableWork => {
  const { pipeline, show } = useContext(LiveContext);
  const [started, setStarted] = useState<WorkRow>();
  const { busy, result, run } = useAction(async () => {
    const row = await post<WorkAnswer>(path, date === undefined ? {} : { from: date, to: date });
    setStarted(row);
    show(row);
    return '';
  });
  const isSame = ({ trigger, range }: WorkRow): boolean =>
    path === '/api/redrive'
      ? trigger === 'redrive'
      : range !== null && range.from === (date ?? null) && range.to === (date ?? null);
  const rows = pipeline?.work ?? [];
  const row =
    rows.find((other) => other.finished_at === null && isSame(other)) ??
    rows.find(({ run_id }) => run_id === started?.run_id) ??
    started;
  // Another tab has started it, perhaps after this one has: this one shows its end too.
  useEffect(() => {
    if (row !== undefined && row.run_id !== started?.run_id) setStarted(row);
  }, [row, started]);
  return {
    busy: busy || row?.finished_at === null,
    said: result || (row && sentenceOf(row)),
    start: run,
  };
};
