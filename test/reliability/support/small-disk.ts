import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'services', 'cli', 'main.ts');

/** A disk of its own, and limits of the process that uses it. */
export interface Limits {
  /** Bytes of the disk. */
  readonly bytes?: number;
  /** Files and folders that the disk can hold. */
  readonly inodes?: number;
  /** `ulimit -f`, in blocks of 1,024 bytes. */
  readonly fileBlocks?: number;
  /** `ulimit -n`. */
  readonly descriptors?: number;
}

/** Why no small disk can be mounted on this machine; undefined if one can. It takes a user namespace, on Linux. */
export const whyNoSmallDisk = (): string | undefined => {
  const { status, stderr, error } = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : String(error?.message ?? stderr).trim();
};

export interface Limited {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

const SCRIPT = `
mount -t tmpfs -o "$MOUNT" tmpfs "$DISK" || exit 99
( eval "$LIMITS"; exec "$@" --data-dir "$DISK/data" )
code=$?
[ ! -e "$DISK/data" ] || cp -a "$DISK/data" "$COPY"
exit $code
`;

/**
 * Runs a command with its data folder on a disk of its own, which is gone afterwards.
 * @param disk an existing folder, where the disk is mounted
 * @param copy where the data folder is copied to at the end
 */
export const runOnSmallDisk = async (
  args: readonly string[],
  { bytes, inodes, fileBlocks, descriptors }: Limits,
  { disk, copy }: { readonly disk: string; readonly copy: string },
): Promise<Limited> => {
  const begun = performance.now();
  const child = spawn('unshare', ['-rm', 'bash', '-c', SCRIPT, 'bash', process.execPath, MAIN, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      OURA_SYNC_SETTINGS: process.env['OURA_SYNC_SETTINGS'],
      TZ: 'UTC',
      DISK: disk,
      COPY: copy,
      MOUNT: [`size=${bytes ?? 50_000_000}`, ...(inodes === undefined ? [] : [`nr_inodes=${inodes}`])].join(
        ',',
      ),
      LIMITS: [
        ...(fileBlocks === undefined ? [] : [`ulimit -f ${fileBlocks}`]),
        ...(descriptors === undefined ? [] : [`ulimit -n ${descriptors}`]),
        ':',
      ].join('; '),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts, seconds: (performance.now() - begun) / 1000 };
};
