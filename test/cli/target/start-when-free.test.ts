import { startWhenFree } from '../../../services/cli/target/start-when-free.ts';
import { DataFolderInUse } from '../../../services/local/data-folder/errors.ts';

const inUse = () => new DataFolderInUse('.data');

test('waits for a short command, and says so', async () => {
  const said: string[] = [];
  // The other command finishes after the sentence.
  const start = async () => {
    if (said.length === 0) throw inUse();
    return 'started';
  };
  expect(await startWhenFree('.data', start, (sentence) => void said.push(sentence))).toBe('started');
  expect(said).toEqual(['Waiting for another command to finish with the data folder .data.']);
});

test('does not wait for a process that serves the folder, nor after any other error', async () => {
  const served = async () => Promise.reject(new Error('served by process 1'));
  const never = async () => Promise.reject(inUse());
  await expect(startWhenFree('.data', never, () => {}, served)).rejects.toThrow('served by process 1');
  const broken = async () => Promise.reject(new Error('broken'));
  await expect(startWhenFree('.data', broken, () => {})).rejects.toThrow('broken');
});
