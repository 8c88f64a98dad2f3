import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dayIn } from '../../../shared/contract/day.ts';
import { type Clock, systemClock } from '../../../shared/runtime/clock.ts';
import { OURA } from '../ring.ts';
import { localSettings } from '../settings.ts';
import { withStack } from '../with-stack.ts';
import { checkDataFolder } from './data-folder.ts';
import { type Finding, ok, problem } from './finding.ts';
import { checkLedger } from './ledger.ts';
import { checkClock, checkDisk, checkNode } from './machine.ts';
import { checkKey, reachOura } from './oura.ts';

const KEY_ADVICE = 'set OURA_API_KEY to a valid token with the scopes daily and spo2';

/** Where the nights come from, whether it answers, and whether it lets us in; by its answer, whether the clock is right. */
const examineOura = async (env: NodeJS.ProcessEnv, clock: Clock): Promise<Finding[]> => {
  const key = env['OURA_API_KEY'];
  const baseUrl = env['OURA_API_BASE_URL'];
  if (!key) {
    const simulated = baseUrl
      ? problem(
          'key',
          'OURA_API_BASE_URL is set but OURA_API_KEY is not',
          'set both, or neither for a simulated ring',
        )
      : ok('key', 'OURA_API_KEY is not set: the ring is simulated');
    return [simulated, checkClock(clock.now(), undefined)];
  }
  const url = baseUrl || OURA;
  const { finding, serverTime } = await reachOura(url);
  const clockFinding = checkClock(clock.now(), serverTime);
  if (finding.state === 'problem') return [finding, clockFinding];
  const today = dayIn(localSettings().timeZone, clock.now());
  return [finding, await checkKey(url, key, today, KEY_ADVICE), clockFinding];
};

/** What can be read in the data folder: by the process that serves it, or opened for as long as it takes. */
const examineLedger = async (dataDir: string, clock: Clock): Promise<Finding[]> => {
  try {
    return await withStack({ dataDir }, (stack) => checkLedger(stack, clock, false));
  } catch (error: unknown) {
    if (!(error instanceof Error) || !/^DataFolder(InUse|Broken)$/.test(error.name)) throw error;
    const advice =
      error.name === 'DataFolderInUse'
        ? 'wait for that process, or end it'
        : 'move the folder away: the next npm start makes a new one and asks for the nights again';
    return [problem('last run', error.message, advice)];
  }
};

/** Everything that can keep `npm start` on this machine from syncing. */
export const examineMachine = async (
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
  clock: Clock = systemClock,
): Promise<Finding[]> => {
  const folder = await checkDataFolder(dataDir);
  const usable = folder.every(({ state }) => state !== 'problem');
  // Opening a folder without tables would make them: that is left to npm start.
  const begun = usable && existsSync(join(dataDir, 'dynamodb'));
  return [
    checkNode(process.versions.node),
    ...folder,
    await checkDisk(dataDir),
    ...(await examineOura(env, clock)),
    ...(begun ? await examineLedger(dataDir, clock) : []),
  ];
};
