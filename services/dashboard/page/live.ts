import { useEffect, useState } from 'preact/hooks';
import type { ErrorAnswer, PipelineAnswer } from '../server/api.ts';

/** The latest state of the pipeline, and the current problem with updates. */
export interface Live {
  readonly pipeline: PipelineAnswer | undefined;
  readonly trouble: string | undefined;
}

const SILENT = 'The server of this page is not responding. Retrying…';

/** The first update reads the whole ledger. In other views it waits, so that the view loads first. */
const DELAY_IN_OTHER_VIEWS_MS = 500;

/**
 * Listens to the server-sent events of the pipeline while the page is visible, because each update costs reads.
 * @param isShown whether the pipeline is the current view
 */
export const useLive = (isShown: boolean): Live => {
  const [live, setLive] = useState<Live>({ pipeline: undefined, trouble: undefined });
  useEffect(() => {
    let source: EventSource | undefined;
    const listen = () => {
      source = new EventSource('/api/pipeline/events');
      source.addEventListener('pipeline', ({ data }) =>
        setLive({ pipeline: JSON.parse(data) as PipelineAnswer, trouble: undefined }),
      );
      source.addEventListener('trouble', ({ data }) => {
        const { error } = JSON.parse(data) as ErrorAnswer;
        setLive((before) => ({ ...before, trouble: error }));
      });
      source.addEventListener('error', () => setLive((before) => ({ ...before, trouble: SILENT })));
    };
    const follow = () => {
      source?.close();
      if (document.visibilityState === 'visible') listen();
    };
    const waiting = setTimeout(follow, isShown ? 0 : DELAY_IN_OTHER_VIEWS_MS);
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, [isShown]);
  return live;
};
