import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { runCommand } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';
import { type Limited, type Limits, runOnSmallDisk, whyNoSmallDisk } from './support/small-disk.ts';

// A start on a disk without room, or with a limit, then one with room on the folder that it left.

const START = ['start', '--once', '--now', '2026-03-10T12:00:00-07:00'];
/** What a start requests. */
const NIGHTS = 7;
/** A command gives up after 30 s of refused writes. Two at once on a busy machine. */
const LONGEST_SECONDS = 150;

const STACK_TRACE = /^ +at |Native stack trace|Unexpected error/m;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oura-full-disk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nightsOf = async (dataDir: string): Promise<string[]> => {
  const { code, stdout } = await runCommand(['export', '--data-dir', dataDir]);
  return code === 0 ? (JSON.parse(stdout) as { date: string }[]).map(({ date }) => date) : [];
};

/** Whether the command says why it did not succeed: in a sentence, or in the report of a run whose dates have failed. */
const isExplained = ({ code, stdout, stderr }: Limited): boolean =>
  stderr.trim() !== '' ||
  (code === 1 && /^Run \S+: failed\..*\n +\d+ dates?, .+: \w+: .+\n.*To retry, run /m.test(stdout));

/** What went wrong under these limits. */
const faultsUnder = async (limits: Limits, name: string): Promise<string[]> => {
  const place = { disk: join(folder, `${name}-disk`), copy: join(folder, name) };
  await mkdir(place.disk);
  const first = await runOnSmallDisk(START, limits, place);
  const wrong = (is: boolean, what: string) => (is ? [`${name}: ${what}: ${JSON.stringify(first)}`] : []);
  const faults = [
    ...wrong(STACK_TRACE.test(first.stderr), 'stack trace'),
    ...wrong(first.seconds > LONGEST_SECONDS, 'hung'),
    ...wrong(first.code !== 0 && !isExplained(first), 'no sentence'),
    ...wrong(![0, 1, 2].includes(first.code ?? -1), 'ended otherwise'),
  ];
  const before = existsSync(place.copy) ? await nightsOf(place.copy) : [];
  if (first.code === 0 && before.length < NIGHTS) faults.push(`${name}: false all-clear: ${first.stdout}`);
  const again = await runCommand([...START, '--data-dir', place.copy]);
  const after = await nightsOf(place.copy);
  const lost = before.filter((date) => !after.includes(date));
  if (lost.length > 0) faults.push(`${name}: lost ${lost}`);
  if (again.code !== 0 || after.length !== NIGHTS)
    faults.push(`${name}: not continued: ${JSON.stringify(again)}`);
  console.log(`${name}: exit ${first.code} after ${first.seconds.toFixed(0)} s, ${before.length} nights`);
  return faults;
};

const faultsOf = async (
  what: string,
  cases: readonly (readonly [name: string, limits: Limits])[],
): Promise<string[]> => {
  const begun = performance.now();
  const faults = (
    await pMap(cases, ([name, limits]) => faultsUnder(limits, name), { concurrency: 2 })
  ).flat();
  report({
    ...{ what, dates: cases.length * NIGHTS, injected: cases.length, stored: cases.length * NIGHTS },
    ...{ no_data: 0, parked: 0, lost: faults.length, seconds: secondsSince(begun) },
  });
  return faults;
};

const missing = whyNoSmallDisk();
if (missing !== undefined)
  console.log(`*** SKIPPED: a disk of its own needs a user namespace (unshare -rm): ${missing} ***`);
const onSmallDisks = missing === undefined ? test : test.skip;

onSmallDisks(
  'a disk that is full at 20 sizes loses nothing, hangs nothing, and ends in a sentence',
  async () => {
    // From no room for the lock to room for everything.
    const sizes = Array.from({ length: 20 }, (_, index) => 4_096 + index * 40_960);
    expect(
      await faultsOf(
        'full disk',
        sizes.map((bytes) => [`bytes-${bytes}`, { bytes }]),
      ),
    ).toEqual([]);
  },
  60 * 60_000,
);

onSmallDisks(
  'a disk without inodes, and limits of file sizes and descriptors, do the same',
  async () => {
    const inodes = [2, 6, 9, 11, 12, 14, 16, 17, 18, 19].map(
      (count) => [`inodes-${count}`, { inodes: count }] as const,
    );
    const fileBlocks = [1, 8, 40, 100, 150, 200].map(
      (count) => [`file-${count}`, { fileBlocks: count }] as const,
    );
    // Node itself starts with 22.
    const descriptors = [24, 28, 32, 36, 38, 40, 44].map(
      (count) => [`open-${count}`, { descriptors: count }] as const,
    );
    expect(
      await faultsOf('inodes, file size, descriptors', [...inodes, ...fileBlocks, ...descriptors]),
    ).toEqual([]);
  },
  60 * 60_000,
);
