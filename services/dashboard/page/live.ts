import { useEffect, useState } from 'preact/hooks';
import type { ErrorAnswer, PipelineAnswer } from '../server/api.ts';
import { Refused, request } from './ask.ts';

/** The latest state of the pipeline, and the current problem with updates. */
export interface Live {
  readonly pipeline: PipelineAnswer | undefined;
  readonly trouble: string | undefined;
}

const SILENT = 'The server of this page is not responding. Retrying…';

/** Between the end of a stream and the next attempt. */
const RETRY_MS = 3000;

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
 * @param isShown whether the pipeline is the current view
 */
export const useLive = (isShown: boolean): Live => {
  const [live, setLive] = useState<Live>({ pipeline: undefined, trouble: undefined });
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
        report(end instanceof Refused ? end.message : SILENT);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    };
    const follow = () => {
      leaving.abort();
      leaving = new AbortController();
      if (document.visibilityState === 'visible') void listen(leaving.signal);
    };
    const waiting = setTimeout(follow, isShown ? 0 : DELAY_IN_OTHER_VIEWS_MS);
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener('visibilitychange', follow);
      leaving.abort();
    };
  }, [isShown]);
  return live;
};
