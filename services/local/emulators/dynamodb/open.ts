import type { AwsReply, AwsService } from '../aws-json.ts';
import { type EngineOptions, EngineSupervisor } from './engine-supervisor.ts';

/** The embedded DynamoDB. */
export interface DynamoDb {
  readonly service: AwsService;
  /** The bytes of the file at the moment of the call. Rejects while the engine starts again. */
  copy(): Promise<Uint8Array>;
  end(): Promise<void>;
}

/**
 * Opens the tables on disk, and copies those of a version before 0.3 first. Throws DataFolderInUse or DataFolderBroken.
 * @param dataDir a folder that this process has locked
 */
export const openDynamoDb = async (dataDir: string, options: EngineOptions = {}): Promise<DynamoDb> => {
  const engine = new EngineSupervisor(dataDir, options);
  await engine.start();
  const running = new Set<Promise<AwsReply>>();
  let ended = false;
  return {
    service: (request) => {
      if (ended) return Promise.reject(new Error('The tables are being closed'));
      const reply = engine.call(request).finally(() => running.delete(reply));
      running.add(reply);
      return reply;
    },
    copy: () => engine.copy(),
    end: async () => {
      ended = true;
      await Promise.all(running);
      await engine.end();
    },
  };
};
