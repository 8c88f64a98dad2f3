import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 50;

/** The largest peak resident memory (MB) of the descendants of `pid`; 0 if the system has no /proc. */
const peakMemory = async (pid: number): Promise<number> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const statuses = await Promise.all(
    pids.map((name) => readFile(`/proc/${name}/status`, 'utf8').catch(() => '')),
  );
  const field = (status: string, name: string) => Number(status.match(`${name}:\\s+(\\d+)`)?.[1] ?? 0);
  const family = new Set([pid]);
  let peak = 0;
  // A child has a higher pid than its parent, so one pass in order also finds grandchildren.
  for (const status of statuses.sort((one, other) => field(one, 'Pid') - field(other, 'Pid'))) {
    const isOfFamily = family.has(field(status, 'PPid')) || field(status, 'Pid') === pid;
    if (!isOfFamily) continue;
    family.add(field(status, 'Pid'));
    peak = Math.max(peak, field(status, 'VmHWM') / 1024);
  }
  return peak;
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
