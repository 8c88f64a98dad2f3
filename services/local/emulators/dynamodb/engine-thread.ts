import { parentPort, workerData } from 'node:worker_threads';
import { DataFolderBroken, DataFolderInUse } from '../../data-folder/errors.ts';
import { type EngineData, type FromEngine, NO_CALL, type ToEngine } from './engine-messages.ts';
import { openTables, unusableFile } from './open-tables.ts';
import { createService } from './service.ts';
import type { TableStore } from './table-store.ts';

// The thread of the engine. It owns the file: whatever a request does to it, the process goes on (engine-supervisor.ts).

const { dataDir, running } = workerData as EngineData;

const post = (message: FromEngine): void => parentPort?.postMessage(message);

const copy = (store: TableStore, id: number): FromEngine => {
  try {
    return { kind: 'copied', id, bytes: store.copy() };
  } catch (error: unknown) {
    return { kind: 'not-copied', id, reason: unusableFile(dataDir, error).message };
  }
};

const serve = (store: TableStore): void => {
  const service = createService(store, (error) => unusableFile(dataDir, error).message);
  parentPort?.on('message', async (message: ToEngine) => {
    if (message.kind === 'close') {
      store.close();
      parentPort?.close();
      return;
    }
    if (message.kind === 'copy') {
      post(copy(store, message.id));
      return;
    }
    const replies = message.calls.map(async (call) => {
      Atomics.store(running, 0, call.id);
      const reply = service(call);
      Atomics.store(running, 0, NO_CALL);
      return [call.id, await reply] as const;
    });
    post({ kind: 'replies', replies: await Promise.all(replies) });
  });
  post({ kind: 'open' });
};

try {
  serve(await openTables(dataDir));
} catch (error: unknown) {
  if (!(error instanceof DataFolderInUse || error instanceof DataFolderBroken)) throw error;
  const inUse = error instanceof DataFolderInUse;
  post({ kind: 'unusable', inUse, reason: inUse ? '' : error.reason });
}
