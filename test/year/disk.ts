import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';

// A disk of its own for the data folder: a tmpfs, which any user may mount in a namespace of its own where the system
// allows such namespaces. Its size is what it may grow to, so an empty one takes no memory.

/** Enough for doctor to find nothing wrong with it. */
const SIZE = '2g';

/** The command that runs another one in a namespace in which it may mount disks. */
export const NAMESPACE = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  '--propagation',
  'private',
] as const;

const mount = (...args: string[]): string | undefined => {
  const { status, error, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
};

/** Why no disk can be mounted here, `undefined` if one can. */
export const missingNamespace = (): string | undefined => {
  const [command, ...args] = [...NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'];
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
};

const check = (failure: string | undefined): void => {
  if (failure !== undefined) throw new Error(`mount: ${failure}`);
};

export const mountDisk = (path: string): void =>
  check(mount('-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', path));

/** Leaves no byte free, as if other files had filled the disk. */
export const fillDisk = (path: string): void => {
  const { blocks, bfree, bsize } = statfsSync(path);
  check(mount('-o', `remount,size=${(blocks - bfree) * bsize}`, path));
};

export const freeDisk = (path: string): void => check(mount('-o', `remount,size=${SIZE}`, path));
