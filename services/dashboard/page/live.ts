import { createContext } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { ErrorAnswer, PipelineAnswer, WorkRow } from '../server/api.ts';
import { RETRY_MS, Refused, request } from './ask.ts';
import { reportConnection } from './connection.ts';

/** The latest state of the pipeline. */
export interface Live {
  readonly pipeline: PipelineAnswer | undefined;
  /** Why the server cannot read the state now, as a sentence; undefined if it can. */
  readonly trouble: string | undefined;
  /** Shows work that has just started, until the next update has it. */
  show(row: WorkRow): void;
}

/** The live state, for any component. */
export const LiveContext = createContext<Live>({ pipeline: undefined, trouble: undefined, show: () => {} });

/** The first update reads the whole ledger. In other views it waits, so that the view loads first. */
const DELAY_IN_OTHER_VIEWS_MS = 500;

/** Reads server-sent events until the server ends the stream. EventSource cannot send the proof of the session. */
const readEvents = async (signal: AbortSignal, take: (name: string, data: string) => void): Promise<void> => {
  const { body } = await request('/api/pipeline/events', { signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    const events = (rest + part.value).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      if (name !== undefined && data !== undefined) take(name, data);
    }
  }
};

/**
 * Listens to the server-sent events of the pipeline while the page is visible, because each update costs reads.
 * @param isShown whether the page opens with the view of the pipeline
 */
export const useLive = (isShown: boolean): Live => {
  const [delay] = useState(isShown ? 0 : DELAY_IN_OTHER_VIEWS_MS);
  const [live, setLive] = useState<Omit<Live, 'show'>>({ pipeline: undefined, trouble: undefined });
  const show = useCallback(
    (row: WorkRow) =>
      setLive((before) => {
        if (!before.pipeline) return before;
        const others = before.pipeline.work.filter(({ run_id }) => run_id !== row.run_id);
        return { ...before, pipeline: { ...before.pipeline, work: [row, ...others] } };
      }),
    [],
  );
  useEffect(() => {
    let leaving = new AbortController();
    const report = (trouble: string) => setLive((before) => ({ ...before, trouble }));
    const take = (name: string, data: string) =>
      name === 'pipeline'
        ? setLive({ pipeline: JSON.parse(data) as PipelineAnswer, trouble: undefined })
        : report((JSON.parse(data) as ErrorAnswer).error);
    const listen = async (signal: AbortSignal) => {
      while (!signal.aborted) {
        const end = await readEvents(signal, take).catch((error: unknown) => error);
        if (signal.aborted) return;
        // A request that fails has reported its trouble. A stream that ends has lost its server.
        if (!(end instanceof Refused)) reportConnection('silent');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    };
    const follow = () => {
      leaving.abort();
      leaving = new AbortController();
      if (document.visibilityState === 'visible') void listen(leaving.signal);
    };
    const waiting = setTimeout(follow, delay);
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener('visibilitychange', follow);
      leaving.abort();
    };
  }, [delay]);
  return useMemo(() => ({ ...live, show }), [live, show]);
};
