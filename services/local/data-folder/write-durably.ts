import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LOCK_FILE } from './contents.ts';
import { isForbidden, syncFolder } from './make-folder.ts';

type Piece = string | Uint8Array;

/** The error with the path that the caller knows: a failed write has none, and that of a temporary file says little. */
export const named = (error: unknown, path: string): unknown =>
  error instanceof Error && 'code' in error ? Object.assign(error, { path }) : error;

/** Writes all of it: a single call may write a part, such as what a full disk has room for. */
export const writeAll = (file: number, piece: Piece): void => {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
};

const writeAndSync = (path: string, pieces: Iterable<Piece>): void => {
  // One that is there is of a killed process with our ID, or, in a folder of others, a trap: its owner would own our content.
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    for (const piece of pieces) writeAll(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** The file that a path names: a link stays, and its target is replaced. */
const targetOf = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/** Whether a path names something that must be written in place, such as a pipe or /dev/stdout. */
const isSpecial = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
};

/**
 * Replaces the file at `path` atomically, with mode 0600. After this function returns, the content survives a crash of the
 * machine; until then, the earlier content does.
 * @param given where the content is written first, on the same file system; the default is beside the file. It is named after the
 * process, because two processes may write the same file
 */
export const writeDurably = (path: string, content: Piece | Iterable<Piece>, given?: string): void => {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  if (isSpecial(path)) {
    const file = openSync(path, 'w');
    try {
      for (const piece of pieces) writeAll(file, piece);
    } finally {
      closeSync(file);
    }
    return;
  }
  const target = targetOf(path);
  const temporary = given ?? `${target}.${process.pid}.new`;
  try {
    writeAndSync(temporary, pieces);
    renameSync(temporary, target);
  } catch (error: unknown) {
    rmSync(temporary, { force: true });
    throw named(error, path);
  }
  try {
    // The folder records the new name.
    syncFolder(dirname(target));
  } catch (error: unknown) {
    // A user may add to a folder of others without reading it, and only readers can sync it.
    if (!isForbidden(error)) throw error;
  }
};

/** More than the nights of a window of dates take. */
const PROBE_BYTES = 256 * 1024;

/** Whether a folder accepts files now. A data folder knows the probe by its name if a kill leaves it behind. */
export const acceptsWrites = (dataDir: string): boolean => {
  const probe = join(dataDir, `${LOCK_FILE}.${process.pid}.new`);
  try {
    writeAndSync(probe, [Buffer.alloc(PROBE_BYTES)]);
    return true;
  } catch {
    return false;
  } finally {
    // A part that was written takes the last of the room.
    rmSync(probe, { recursive: true, force: true });
  }
};

/** Creates an empty file with mode 0600, for a database that writes its content. Throws if it exists. */
export const createFile = (path: string): void => closeSync(openSync(path, 'wx', 0o600));
