import { useEffect, useState } from 'preact/hooks';
import type { ErrorAnswer, PipelineAnswer } from '../server/api.ts';

/** The pipeline as the server last told it, and what keeps it from telling more. */
export interface Live {
  readonly pipeline: PipelineAnswer | undefined;
  readonly trouble: string | undefined;
}

const SILENT = 'The server of this page does not answer. It is asked again.';

/** The first look takes the whole ledger: where the pipeline is not what is looked at, it gives way to what is. */
const GIVE_WAY_MS = 500;

/**
 * Listens to the server-sent events of the pipeline while the page is in view: nobody pays for looks that nobody sees.
 * @param isShown whether the pipeline is what is looked at
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
    const waiting = setTimeout(follow, isShown ? 0 : GIVE_WAY_MS);
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, [isShown]);
  return live;
};
