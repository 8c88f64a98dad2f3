import { OUTPUT } from '../../../shared/core/names.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { storedInParameter } from '../../operations/credentials/stored-credentials.ts';
import { outputOf } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { actionsFor } from '../target/situation.ts';
import { withStack } from '../target/with-stack.ts';

/** What to do after connecting. */
export interface NextStep {
  /** How nights arrive: a command, or a sentence without a full stop. */
  readonly next: string;
  /** How they arrive within a minute; null if they do already. */
  readonly webhooks: string | null;
}

/** The step after a data folder was connected. A process that serves it lets no other one start. */
export const nextStepIn = async (dataDir: string): Promise<NextStep> => {
  const start = suggest('start', { dataDir });
  const webhooks = suggest('start', { dataDir }, '--webhook-url', 'URL');
  const running = await findRunning(dataDir);
  if (!running) return { next: start, webhooks };
  return withStack({ dataDir, inspects: true }, async (stack) => {
    const { sync } = await actionsFor({ dataDir }, stack);
    const { kind } = await storedInParameter(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter));
    // A personal token is not in the folder, so it came from the environment of that process.
    const stop = `stop process ${running.pid}`;
    if (kind === 'token')
      return { next: `${stop}, which uses OURA_API_KEY, unset it, and run ${start}`, webhooks };
    return {
      next: running.consumes
        ? `npm start (process ${running.pid}) uses the connection from its next run on; to sync now, ${sync}`
        : sync,
      webhooks: running.settings.webhooks ? null : `${stop}, then run ${webhooks}`,
    };
  });
};
