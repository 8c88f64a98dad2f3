import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import { DataFolderBroken, DataFolderInUse } from '../../local/data-folder/errors.ts';
import { isReadOnly } from '../../local/data-folder/read-only.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { isOfService } from '../exit.ts';
import { shellWord } from '../print/advice.ts';
import { type StoredInFolder, storedInFolder } from '../target/folder-credentials.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { checkRingOfFolder, suggestConnect } from '../target/ring-of-folder.ts';
import { stateOf } from '../target/situation.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { checkConnection } from './connection.ts';
import { checkDataFolder } from './data-folder.ts';
import { type Finding, ok, oneConnection, problem, refusal, warning } from './finding.ts';
import { checkLedger } from './ledger.ts';
import { checkClock, checkDisk, checkNode } from './machine.ts';
import { checkNotifications } from './notifications.ts';
import { checkKey, reachOura } from './oura.ts';
import { checkProxy } from './proxy.ts';
import { checkService } from './service.ts';
import { checkZone } from './time-zone.ts';

const keyAdvice = (connect: string): string =>
  `set OURA_API_KEY to a valid token with the scopes daily and spo2, or unset it and run ${connect}`;

/** Reads the stored connection. An unreadable file counts as unusable. */
const readStored = (dataDir: string): StoredInFolder => {
  try {
    return storedInFolder(dataDir);
  } catch (error: unknown) {
    if (!(error instanceof DataFolderBroken)) throw error;
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
          `other users of this machine can read ${path} (mode ${mode.toString(8)})`,
          `run chmod 600 ${shellWord(path)}`,
        ),
      ];
};

/** The base URL of Oura's API; a problem if a token must not be sent to OURA_API_BASE_URL. */
const findBaseUrl = (env: NodeJS.ProcessEnv): string | Finding => {
  try {
    return ouraBaseUrl(env);
  } catch (error: unknown) {
    if (!(error instanceof UsageError)) throw error;
    return problem('Oura', error.message, 'set OURA_API_BASE_URL to another address, or unset it');
  }
};

/** Whether the tables cannot be read now. */
const isUnusable = (error: unknown): error is Error =>
  error instanceof DataFolderInUse || error instanceof DataFolderBroken || isOfService(error);

/** Checks the folder against the ring, real or simulated, that npm start would use. */
const checkRing = async (dataDir: string, isReal: boolean): Promise<Finding[]> => {
  try {
    await checkRingOfFolder(dataDir, isReal ? 'real' : 'simulated');
    return [];
  } catch (error: unknown) {
    // What keeps the tables from being read is a finding of its own.
    if (isUnusable(error)) return [];
    if (!(error instanceof UsageError)) throw error;
    return [refusal('data folder', error)];
  }
};

/** Checks the source of the nights: its settings, its response and the credentials. Checks the clock against the response. */
const examineOura = async (
  dataDir: string,
  timeZone: string,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<Finding[]> => {
  const key = env['OURA_API_KEY'];
  const url = env['OURA_API_BASE_URL'];
  const now = clock.now();
  const connect = suggestConnect({ dataDir });
  const path = join(dataDir, 'credentials.json');
  const stored = readStored(dataDir);
  const isReal = Boolean(key) || stored.kind === 'connection';
  const ring = await checkRing(dataDir, isReal);
  const withClock = (findings: readonly Finding[]) => [...findings, checkClock(now, undefined, timeZone)];
  if (!isReal && stored.kind === 'unusable')
    return withClock([problem('connection', `${path} ${stored.reason}`, `run ${connect}`)]);
  if (!isReal && url)
    return withClock([
      problem(
        'key',
        'OURA_API_BASE_URL is set, but there is neither a connection nor OURA_API_KEY',
        `run ${connect}, or unset it to simulate a ring`,
      ),
    ]);
  if (!isReal)
    return withClock(ring.length > 0 ? ring : [ok('key', 'no ring is connected: the ring is simulated')]);
  const baseUrl = findBaseUrl(env);
  if (typeof baseUrl !== 'string') return withClock([...ring, baseUrl]);
  const { finding, serverTime } = await reachOura(baseUrl);
  const clockFinding = checkClock(now, serverTime, timeZone);
  if (finding.state === 'problem') return [...ring, finding, clockFinding];
  const oura = { baseUrl, today: dayIn(timeZone, now), now, timeZone, connect };
  if (key) return [...ring, finding, await checkKey(oura, key, keyAdvice(connect)), clockFinding];
  const connection = stored.kind === 'connection' ? await checkConnection(stored.connection, oura) : [];
  return [...ring, finding, ...connection, ...checkFileMode(path), clockFinding];
};

const examineLedger = async (dataDir: string, clock: Clock): Promise<Finding[]> => {
  try {
    return await withStack({ dataDir, inspects: true }, async (stack) => {
      const timed = { ...stack, clock };
      return checkLedger(timed, await stateOf({ dataDir }, timed), { dataDir });
    });
  } catch (error: unknown) {
    // Such as tables without owner.lock.
    if (error instanceof UsageError) return [refusal('last run', error)];
    // A running npm start that cannot use its file responds with a fault.
    if (!isUnusable(error)) throw error;
    const advice =
      error instanceof DataFolderInUse
        ? 'wait for that process, or stop it'
        : 'if the disk is full, free space; otherwise move the folder away, and connect your ring and import your workouts again: npm start then requests the nights again';
    return [problem('last run', error.message, advice)];
  }
};

/** Checks everything that can stop `npm start` on this machine from syncing. */
export const examineMachine = async (
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
  clock: Clock = systemClock,
): Promise<Finding[]> => {
  const folder = await checkDataFolder(dataDir);
  const usable = folder.every(({ state }) => state !== 'problem');
  // Opening a folder without tables would create them, which only npm start should do.
  const begun = (usable || isReadOnly(dataDir)) && hasTables(dataDir);
  const { timeZone, damage } = await checkZone(dataDir);
  return oneConnection([
    checkNode(process.versions.node),
    ...folder,
    await checkDisk(dataDir),
    ...(usable ? checkNotifications(dataDir) : []),
    ...(await checkService(dataDir)),
    ...checkProxy(env),
    ...(damage ? [damage] : []),
    ...(await examineOura(dataDir, timeZone, env, clock)),
    ...(begun && !damage ? await examineLedger(dataDir, clock) : []),
  ]);
};
