import { parentPort } from 'node:worker_threads';
import type { ToEngine } from '../../../../services/local/emulators/dynamodb/engine-messages.ts';

// The engine's thread with faults: a request that contains one of these texts meets it. The engine itself is the real one.

const parse = JSON.parse;
const faults: Readonly<Record<string, () => void>> = {
  'fault:hang': () => {
    for (;;);
  },
  'fault:memory': () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(500_000).fill(kept.length));
  },
  'fault:exit': () => process.exit(3),
};

JSON.parse = (text: string) => {
  for (const [name, fault] of Object.entries(faults)) if (text.includes(name)) fault();
  return parse(text);
};

// A fault in no request: the thread falls silent in the turn after the batch, before its writes are acknowledged.
parentPort?.on('message', (message: ToEngine) => {
  if (message.kind === 'calls' && message.calls.some(({ body }) => body.includes('between turns')))
    process.nextTick(() => {
      throw new Error('a fault between turns');
    });
});

await import('../../../../services/local/emulators/dynamodb/engine-thread.ts');
