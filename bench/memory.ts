import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 50;

const read = (pid: string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** A field of a file in /proc, in the unit of the file; 0 if the system has no /proc. */
const field = (text: string, name: string): number => Number(text.match(`${name}:\\s+(\\d+)`)?.[1] ?? 0);

/** The status of `pid` and its descendants by process ID. */
const familyOf = async (pid: number): Promise<ReadonlyMap<number, string>> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const statuses = await Promise.all(pids.map((name) => read(name, 'status')));
  const family = new Map<number, string>();
  // A child has a higher pid than its parent, so one pass in order also finds grandchildren.
  for (const status of statuses.sort((one, other) => field(one, 'Pid') - field(other, 'Pid'))) {
    const own = field(status, 'Pid');
    if (own === pid || family.has(field(status, 'PPid'))) family.set(own, status);
  }
  return family;
};

/** The largest peak resident memory (MB) of the descendants of `pid`. */
const peakMemory = async (pid: number): Promise<number> =>
  Math.max(0, ...[...(await familyOf(pid)).values()].map((status) => field(status, 'VmHWM') / 1024));

/** The memory (MB) of `pid` and its descendants. A page that several processes share counts once (PSS). */
export const proportionalMemory = async (pid: number): Promise<number> => {
  const pids = [...(await familyOf(pid)).keys()];
  const rollups = await Promise.all(pids.map((each) => read(String(each), 'smaps_rollup')));
  return rollups.reduce((sum, rollup) => sum + field(rollup, 'Pss') / 1024, 0);
};

/** Watches the process and its descendants until `ended`. Resolves with the largest peak resident memory (MB). */
export const watchMemory = async (pid: number, ended: Promise<unknown>): Promise<number> => {
  let over = false;
  const note = () => {
    over = true;
  };
  ended.then(note, note);
  let megabytes = 0;
  while (!over) {
    megabytes = Math.max(megabytes, await peakMemory(pid));
    await sleep(LOOK_MS);
  }
  return megabytes;
};
