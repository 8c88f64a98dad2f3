import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { iso } from '../../../shared/core/clock.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const NEEDED_NODE = 24;
const MB = 1_000_000;
/** A year of nights takes some 10 MB with its log; below this the next runs may fail. */
const LEAST_FREE_BYTES = 100 * MB;
const COMFORTABLE_FREE_BYTES = 1000 * MB;
/** AWS refuses requests that are further off, and a date may be another one. */
const MOST_SKEW_MS = 5 * 60_000;

/** @param version as `process.versions.node` has it */
export const checkNode = (version: string): Finding =>
  Number.parseInt(version, 10) >= NEEDED_NODE
    ? ok('Node', version)
    : problem(
        'Node',
        `${version} is too old`,
        "run npm ci, and the commands by npm run: they use the project's own Node",
      );

/** The free space where `dataDir` is, or will be. */
export const checkDisk = async (dataDir: string): Promise<Finding> => {
  let place = resolve(dataDir);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const said =
    free >= 1000 * MB ? `${Math.floor(free / MB / 1000)} GB free` : `${Math.floor(free / MB)} MB free`;
  if (free < LEAST_FREE_BYTES) return problem('disk', said, `free some space where ${place} is`);
  return free < COMFORTABLE_FREE_BYTES
    ? warning('disk', said, `free some space where ${place} is`)
    : ok('disk', said);
};

/** When this software came onto the machine: the clock cannot show an earlier time. */
const installedAt = (): number =>
  statSync(join(import.meta.dirname, '..', '..', '..', 'package.json')).mtimeMs;

/** Whether the clock is right, by the time that a server told (undefined where none did), else by when we were installed. */
export const checkClock = (
  now: number,
  serverTime: number | undefined,
  installed = installedAt(),
): Finding => {
  const advice = "set the machine's clock, best by NTP: dates and AWS's signatures depend on it";
  if (serverTime !== undefined) {
    const seconds = Math.round((now - serverTime) / 1000);
    return Math.abs(now - serverTime) <= MOST_SKEW_MS
      ? ok('clock', `${iso(now)}, as Oura's`)
      : problem('clock', `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Oura's`, advice);
  }
  return now + MOST_SKEW_MS < installed
    ? problem('clock', `${iso(now)}, before this software was installed`, advice)
    : ok('clock', iso(now));
};
