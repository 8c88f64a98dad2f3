import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What a power cut may write of a sector is all or nothing. */
const SECTOR = 512;

/** A change of a file that is not on disk yet. */
type Change = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

/** Names of a folder that change together: a rename removes one and adds another. */
type Names = ReadonlyMap<string, Node | undefined>;

type Node = FileNode | FolderNode;

/** Growing bytes. A gap is filled with zeros, as a file system does. */
class Content {
  private bytes = Buffer.alloc(0);
  private length = 0;

  apply(change: Change): void {
    if ('size' in change) this.resize(change.size);
    else {
      this.resize(Math.max(this.length, change.at + change.bytes.length));
      change.bytes.copy(this.bytes, change.at);
    }
  }

  private resize(size: number): void {
    if (size > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(size, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    } else if (size < this.length) this.bytes.fill(0, size, this.length);
    this.length = size;
  }

  copy(): Content {
    const copy = new Content();
    copy.apply({ at: 0, bytes: this.view() });
    return copy;
  }

  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

class FileNode {
  readonly synced = new Content();
  /** Not on disk yet, in order. */
  readonly pending: Change[] = [];
  /** The size that the process sees. */
  size = 0;

  sync(changes: number): void {
    for (const change of this.pending.splice(0, changes)) this.synced.apply(change);
  }
}

class FolderNode {
  /** The names that the process sees. */
  readonly live = new Map<string, Node>();
  readonly synced = new Map<string, Node>();
  readonly pending: Names[] = [];

  change(names: Names): void {
    FolderNode.apply(names, this.live);
    this.pending.push(names);
  }

  sync(changes: number): void {
    for (const names of this.pending.splice(0, changes)) FolderNode.apply(names, this.synced);
  }

  static apply(names: Names, to: Map<string, Node>): void {
    for (const [name, node] of names) {
      if (node) to.set(name, node);
      else to.delete(name);
    }
  }
}

export interface DiskOptions {
  /** Whether a sync of a path does nothing, as on a disk that lies. @default never */
  readonly ignoresSync?: (path: string) => boolean;
}

/**
 * A disk that writes nothing until a file or folder is synced, which is all that POSIX promises. A file's content needs a
 * sync of the file, its name a sync of the folder.
 */
export class Disk {
  private readonly root: string;
  private readonly tree = new FolderNode();
  private readonly ignoresSync: (path: string) => boolean;
  private readonly syncing: { path: string; node: Node; changes: number }[] = [];

  /** @param root an existing, empty folder. Calls on other paths are ignored. */
  constructor(root: string, { ignoresSync = () => false }: DiskOptions = {}) {
    this.root = root;
    this.ignoresSync = ignoresSync;
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.tree;
    for (const name of path.slice(this.root.length).split('/').filter(Boolean))
      node = node instanceof FolderNode ? node.live.get(name) : undefined;
    return node;
  }

  private folder(path: string): FolderNode {
    const node = this.find(path);
    if (node instanceof FolderNode) return node;
    throw new Error(`${path} is not a folder`);
  }

  private file(path: string): FileNode {
    const node = this.find(path);
    if (node instanceof FileNode) return node;
    throw new Error(`${path} is not a file`);
  }

  makeFolder(path: string): void {
    this.folder(dirname(path)).change(new Map([[basename(path), new FolderNode()]]));
  }

  /** Creates a file unless it exists. */
  create(path: string): void {
    if (!this.find(path)) this.folder(dirname(path)).change(new Map([[basename(path), new FileNode()]]));
  }

  remove(path: string): void {
    this.folder(dirname(path)).change(new Map([[basename(path), undefined]]));
  }

  rename(from: string, to: string): void {
    if (dirname(from) !== dirname(to)) throw new Error(`${from} moved to another folder`);
    const node = this.find(from);
    if (!node) throw new Error(`${from} does not exist`);
    this.folder(dirname(from)).change(
      new Map([
        [basename(from), undefined],
        [basename(to), node],
      ]),
    );
  }

  write(path: string, at: number, bytes: Buffer): void {
    const file = this.file(path);
    file.size = Math.max(file.size, at + bytes.length);
    file.pending.push({ at, bytes });
  }

  truncate(path: string, size: number): void {
    const file = this.file(path);
    file.size = size;
    file.pending.push({ size });
  }

  sizeOf(path: string): number {
    return this.file(path).size;
  }

  /** Begins to sync a file or a folder. What changes before {@link endSync} may not be on disk after it. */
  beginSync(path: string): void {
    const node = this.find(path);
    if (node) this.syncing.push({ path, node, changes: node.pending.length });
  }

  endSync(path: string): void {
    const index = this.syncing.findIndex((sync) => sync.path === path);
    const [sync] = index === -1 ? [] : this.syncing.splice(index, 1);
    if (sync && !this.ignoresSync(path)) sync.node.sync(sync.changes);
  }

  /**
   * Writes what the disk has after a power cut into a new folder.
   * @param chance if given, also a random part of what was not synced: changes, and sectors of a write
   */
  restore(folder: string, chance?: () => number): void {
    restoreFolder(this.tree, folder, chance);
  }
}

const restoreFolder = (node: FolderNode, path: string, chance?: () => number): void => {
  const names = new Map(node.synced);
  if (chance) for (const change of node.pending) if (chance() < 0.5) FolderNode.apply(change, names);
  mkdirSync(path, { mode: 0o700 });
  for (const [name, child] of names) {
    const childPath = join(path, name);
    if (child instanceof FolderNode) restoreFolder(child, childPath, chance);
    else writeFileSync(childPath, contentOf(child, chance), { mode: 0o600 });
  }
};

const contentOf = ({ synced, pending }: FileNode, chance?: () => number): Buffer => {
  if (!chance || pending.length === 0) return synced.view();
  const content = synced.copy();
  for (const change of pending) {
    const fate = chance();
    if (fate < 1 / 3) content.apply(change);
    else if (fate < 2 / 3 && 'bytes' in change)
      for (const sector of sectorsOf(change)) if (chance() < 0.5) content.apply(sector);
  }
  return content.view();
};

const sectorsOf = function* ({ at, bytes }: { at: number; bytes: Buffer }): Generator<Change> {
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR));
    yield { at: at + from, bytes: bytes.subarray(from, to) };
    from = to;
  }
};
