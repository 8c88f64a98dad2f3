import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Disk } from './disk.ts';

/** The system calls that change files. `mmap` only to notice a file that is written through memory. */
const CALLS = [
  ...['open', 'openat', 'creat', 'mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2'],
  ...['unlink', 'unlinkat', 'rmdir', 'link', 'linkat', 'symlink', 'symlinkat'],
  ...['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'truncate', 'ftruncate', 'fallocate'],
  ...['fsync', 'fdatasync', 'sync_file_range', 'lseek', 'copy_file_range', 'sendfile', 'splice', 'mmap'],
];

/** A command that writes the calls of another command to `path`, texts in hexadecimal so that every line is one call. */
export const straceOf = (path: string, command: readonly string[]): string[] => [
  ...['strace', '-f', '--seccomp-bpf', '-y', '-xx', '-s', '100000000', '-e', `trace=${CALLS}`],
  ...['-o', path, '--', ...command],
];

/** One step of the recorded process. */
export type Step =
  | { readonly kind: 'disk'; readonly syncs: boolean; readonly act: (disk: Disk) => void }
  /** A line that the process wrote to standard output. */
  | { readonly kind: 'said'; readonly text: string };

/** A system call: its beginning, its end, or both if no other thread ran in between. */
interface Call {
  readonly name: string;
  /** The arguments as strace prints them. */
  readonly args: string;
  readonly begins: boolean;
  /** Undefined until it ends. */
  readonly result?: number;
}

/** An argument: a text, a file descriptor with its path, a number, or flags. */
const ARGUMENT = /"((?:\\x..)*)"|(-?\w+)<((?:\\x..)*)>(\(deleted\))?|[^,\s[\]{}]+/g;

const decode = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

interface Argument {
  readonly raw: string;
  readonly bytes?: Buffer;
  /** The path of a file descriptor that still has one. */
  readonly path?: string;
  readonly descriptor?: number;
}

const argumentsOf = (args: string): Argument[] =>
  [...args.matchAll(ARGUMENT)].map(([raw, text, descriptor, path, deleted]): Argument => {
    if (text !== undefined) return { raw, bytes: decode(text) };
    if (path === undefined) return { raw };
    return {
      raw,
      descriptor: Number(descriptor),
      ...(!deleted && { path: decode(path).toString() }),
    };
  });

const callsOf = async function* (path: string): AsyncGenerator<Call> {
  const unfinished = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = /^((\w+)\((.*)) <unfinished \.\.\.>$/.exec(rest);
    if (begun) {
      unfinished.set(thread, begun[1] ?? '');
      yield { name: begun[2] ?? '', args: begun[3] ?? '', begins: true };
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed ? `${unfinished.get(thread)}${resumed[1]}` : rest;
    const ended = /^(\w+)\((.*)\)\s+= (-?\w+)/.exec(whole);
    if (ended)
      yield { name: ended[1] ?? '', args: ended[2] ?? '', begins: !resumed, result: Number(ended[3]) };
  }
};

/**
 * Reads what strace wrote. A call counts when it ends, a sync for what changed before it began.
 * @param root the folder whose files matter
 */
export const readTrace = async (path: string, root: string): Promise<Step[]> => {
  const steps: Step[] = [];
  const inRoot = (file: string | undefined): file is string =>
    // The log's index is shared memory, which SQLite builds again.
    file !== undefined && (file === root || file.startsWith(`${root}/`)) && !file.endsWith('-shm');
  const disk = (act: (disk: Disk) => void, syncs = false) => steps.push({ kind: 'disk', syncs, act });
  /** The position of each open file, for calls without one. */
  const positions = new Map<number, { append: boolean; at: number }>();
  const said = (bytes: Buffer | undefined): void => {
    for (const text of String(bytes ?? '').split('\n')) if (text) steps.push({ kind: 'said', text });
  };

  const opened = (file: string, flags: string, descriptor: number): void => {
    positions.set(descriptor, { append: flags.includes('O_APPEND'), at: 0 });
    if (flags.includes('O_CREAT')) disk((target) => target.create(file));
    if (flags.includes('O_TRUNC')) disk((target) => target.truncate(file, 0));
  };

  const written = (file: string, bytes: Buffer, at: number): void => {
    disk((target) => target.write(file, at, bytes));
  };

  const writtenAtPosition = (file: string, descriptor: number, bytes: Buffer): void => {
    const position = positions.get(descriptor);
    if (!position) throw new Error(`A write to ${file}, which was not opened`);
    if (position.append) disk((target) => target.write(file, target.sizeOf(file), bytes));
    else written(file, bytes, position.at);
    position.at += bytes.length;
  };

  /** The path of an argument that is a text, relative to the folder before it. */
  const pathOf = (text: Argument | undefined, folder?: Argument): string =>
    resolve(folder?.path ?? '/', String(text?.bytes ?? ''));

  const take = ({ name, args, begins, result }: Call): void => {
    const list = argumentsOf(args);
    const [first, second] = list;
    const file = first?.path;
    const isSync = name === 'fsync' || name === 'fdatasync';
    if (begins && isSync && inRoot(file)) disk((target) => target.beginSync(file));
    if (begins && name === 'write' && first?.descriptor === 1) said(second?.bytes);
    if (result === undefined || result < 0) return;
    switch (name) {
      case 'openat': {
        const path = pathOf(second, first);
        if (inRoot(path)) opened(path, list[2]?.raw ?? '', result);
        return;
      }
      case 'mkdir':
      case 'rmdir':
      case 'unlink': {
        const path = pathOf(first);
        if (!inRoot(path)) return;
        disk((target) => (name === 'mkdir' ? target.makeFolder(path) : target.remove(path)));
        return;
      }
      case 'unlinkat': {
        const path = pathOf(second, first);
        if (inRoot(path)) disk((target) => target.remove(path));
        return;
      }
      case 'rename': {
        const [from, to] = [pathOf(first), pathOf(second)];
        if (inRoot(from) || inRoot(to)) disk((target) => target.rename(from, to));
        return;
      }
      case 'write':
        if (inRoot(file))
          writtenAtPosition(
            file,
            first?.descriptor ?? -1,
            (second?.bytes ?? Buffer.alloc(0)).subarray(0, result),
          );
        return;
      case 'pwrite64':
        if (inRoot(file))
          written(file, (second?.bytes ?? Buffer.alloc(0)).subarray(0, result), Number(list.at(-1)?.raw));
        return;
      case 'ftruncate':
        if (inRoot(file)) disk((target) => target.truncate(file, Number(second?.raw)));
        return;
      case 'fsync':
      case 'fdatasync':
        if (inRoot(file)) disk((target) => target.endSync(file), true);
        return;
      case 'mmap':
        if (!args.includes('MAP_SHARED') || !args.includes('PROT_WRITE')) return;
    }
    const touched = list.map((each) => each.path ?? String(each.bytes ?? '')).find(inRoot);
    if (touched !== undefined) throw new Error(`${name} of ${touched} is not simulated`);
  };

  for await (const call of callsOf(path)) take(call);
  return steps;
};
