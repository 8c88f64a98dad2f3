import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type {
  EngineData,
  FromEngine,
  ToEngine,
} from '../../../services/local/emulators/dynamodb/engine-messages.ts';
import { openTables } from '../../../services/local/emulators/dynamodb/open-tables.ts';
import { createService } from '../../../services/local/emulators/dynamodb/service.ts';
import { limitWrites, WRITE_LIMIT_FILE } from './write-limit.ts';

// The engine's thread with a write limit in front of the engine. At its end it writes the counts into the data folder.

const { dataDir } = workerData as EngineData;
const post = (message: FromEngine): void => parentPort?.postMessage(message);

const store = await openTables(dataDir);
const { service, counts } = limitWrites(createService(store, String));
parentPort?.on('message', async (message: ToEngine) => {
  if (message.kind === 'close') {
    store.close();
    writeFileSync(join(dataDir, WRITE_LIMIT_FILE), JSON.stringify(counts));
    parentPort?.close();
    return;
  }
  if (message.kind !== 'calls') return;
  const replies = message.calls.map(async (call) => [call.id, await service(call)] as const);
  post({ kind: 'replies', replies: await Promise.all(replies) });
});
post({ kind: 'open' });
