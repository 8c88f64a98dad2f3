import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import { shellWord, suggest } from '../print/advice.ts';
import { type StoredInFolder, storedInFolder } from '../target/folder-credentials.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { checkRingOfFolder } from '../target/ring-of-folder.ts';
import { localSettings } from '../target/settings.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { checkConnection } from './connection.ts';
import { checkDataFolder } from './data-folder.ts';
import { type Finding, ok, oneConnection, problem, warning } from './finding.ts';
import { checkLedger } from './ledger.ts';
import { checkClock, checkDisk, checkNode } from './machine.ts';
import { checkKey, reachOura } from './oura.ts';

const keyAdvice = (connect: string): string =>
  `set OURA_API_KEY to a valid token with the scopes daily and spo2, or unset it and ${connect}`;

/** What the folder keeps of a connection. A file that cannot be read counts as one that holds nothing usable. */
const storedFor = (dataDir: string): StoredInFolder => {
  try {
    return storedInFolder(dataDir);
  } catch (error: unknown) {
    if (!(error instanceof Error) || error.name !== 'DataFolderBroken') throw error;
    return { kind: 'unusable', reason: 'cannot be read' };
  }
};

const checkFileMode = (path: string): Finding[] => {
  const mode = statSync(path).mode & 0o777;
  return (mode & 0o077) === 0
    ? []
    : [
        warning(
          'connection',
          `${path} is open to other users of this machine (mode ${mode.toString(8)})`,
          `chmod 600 ${shellWord(path)}`,
        ),
      ];
};

/** Where Oura's API is; a problem where OURA_API_BASE_URL is no address that a token may be sent to. */
const findBaseUrl = (env: NodeJS.ProcessEnv): string | Finding => {
  try {
    return ouraBaseUrl(env);
  } catch (error: unknown) {
    if (!(error instanceof UsageError)) throw error;
    return problem('Oura', error.message, 'set OURA_API_BASE_URL to another address, or unset it');
  }
};

/** What is set up, without a question to Oura: nothing where it must be asked. */
const checkSetting = ({
  key,
  url,
  stored,
  path,
  connect,
}: {
  key: string | undefined;
  url: string | undefined;
  stored: StoredInFolder;
  path: string;
  connect: string;
}): Finding | undefined => {
  if (key || stored.kind === 'connection') return undefined;
  if (stored.kind === 'unusable') return problem('connection', `${path} ${stored.reason}`, connect);
  return url
    ? problem(
        'key',
        'OURA_API_BASE_URL is set but there is neither a connection nor OURA_API_KEY',
        `${connect}, or unset it for a simulated ring`,
      )
    : ok('key', 'no ring is connected: the ring is simulated');
};

/** Whether the folder is for the ring, real or simulated, that npm start would use: else npm start refuses it. */
const checkRing = (dataDir: string, isReal: boolean): Finding[] => {
  try {
    checkRingOfFolder(dataDir, isReal ? 'real' : 'simulated');
    return [];
  } catch (error: unknown) {
    if (!(error instanceof UsageError)) throw error;
    const [fact = '', ...remedy] = error.message.split(': ');
    return [problem('data folder', fact, remedy.join(': '))];
  }
};

/** Where the nights come from, whether it answers, and whether it lets us in; by its answer, whether the clock is right. */
const examineOura = async (dataDir: string, env: NodeJS.ProcessEnv, clock: Clock): Promise<Finding[]> => {
  const key = env['OURA_API_KEY'];
  const url = env['OURA_API_BASE_URL'];
  const now = clock.now();
  const connect = suggest('connect', { dataDir });
  const path = join(dataDir, 'credentials.json');
  const stored = storedFor(dataDir);
  const setting = checkSetting({ key, url, stored, path, connect });
  const ring = checkRing(dataDir, Boolean(key) || stored.kind === 'connection');
  if (setting)
    return [...(setting.state === 'ok' && ring.length > 0 ? ring : [setting]), checkClock(now, undefined)];
  const baseUrl = findBaseUrl(env);
  if (typeof baseUrl !== 'string') return [...ring, baseUrl, checkClock(now, undefined)];
  const { finding, serverTime } = await reachOura(baseUrl);
  const clockFinding = checkClock(now, serverTime);
  if (finding.state === 'problem') return [...ring, finding, clockFinding];
  const oura = { baseUrl, today: dayIn(localSettings().timeZone, now), now, connect };
  if (key) return [...ring, finding, await checkKey(oura, key, keyAdvice(connect)), clockFinding];
  const connection = stored.kind === 'connection' ? await checkConnection(stored.connection, oura) : [];
  return [...ring, finding, ...connection, ...checkFileMode(path), clockFinding];
};

/** What can be read in the data folder: by the process that serves it, or opened for as long as it takes. */
const examineLedger = async (dataDir: string, clock: Clock): Promise<Finding[]> => {
  try {
    return await withStack({ dataDir }, (stack) => checkLedger(stack, clock, { dataDir }));
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
  return oneConnection([
    checkNode(process.versions.node),
    ...folder,
    await checkDisk(dataDir),
    ...(await examineOura(dataDir, env, clock)),
    ...(begun ? await examineLedger(dataDir, clock) : []),
  ]);
};
