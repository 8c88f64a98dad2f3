import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { array, type InferType, number, object, string } from 'yup';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { isInstant } from '../../../shared/core/sleep-record.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { parseExecution } from '../data-folder/execution-files.ts';
import { CREDENTIALS_FILE } from '../data-folder/secret-file.ts';
import { TABLES_FILE } from '../data-folder/tables.ts';
import { TableStore } from '../emulators/dynamodb/table-store.ts';
import { openBytes } from '../emulators/open-bytes.ts';
import { verifyQueues } from '../emulators/queue-store.ts';
import { isInBackup, QUEUES_FILE } from './backup-files.ts';

/** The version of the archive's layout. A version of this software that changes it still reads the earlier ones. */
const FORMAT = 1;

/** The first file of an archive, which says what the others are. */
const MANIFEST = 'backup.json';

/** Ten years of nights take 25 MB. An archive that unpacks to more than this is none of ours. */
const MOST_BYTES = 2 ** 31 - 1;

/** Of a backup, by path. */
export type BackupFiles = ReadonlyMap<string, Uint8Array>;

const manifestSchema = object({
  format: number().integer().positive().required(),
  /** Of the software. */
  version: string().required(),
  made_at: string().required().test('instant', 'made_at in it is not an instant', isInstant),
  files: array(
    object({
      name: string().required(),
      size: number().integer().min(0).required(),
      sha256: string().required(),
    }).required(),
  ).required(),
})
  .strict()
  .required();

type Manifest = InferType<typeof manifestSchema>;

/** A backup that was read and checked as a whole. */
export interface Backup {
  readonly version: string;
  /** Epoch ms. */
  readonly madeAt: number;
  readonly hasCredentials: boolean;
  readonly files: BackupFiles;
}

/** The file is no backup, or a damaged one, or one that this version cannot read. */
class BackupUnusable extends AppError {
  override readonly name = 'BackupUnusable';
  override readonly consequences: Consequences = INCORRECT;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const tarEntry = (name: string, bytes: Uint8Array, mtime: Date) => ({
  header: { name, size: bytes.length, mode: 0o600, mtime },
  body: bytes,
});

/** Packs files into an archive. */
export const packBackup = async (files: BackupFiles, version: string, madeAt: Date): Promise<Uint8Array> => {
  const manifest: Manifest = {
    format: FORMAT,
    version,
    made_at: madeAt.toISOString(),
    files: [...files].map(([name, bytes]) => ({ name, size: bytes.length, sha256: sha256(bytes) })),
  };
  const first = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const entries = [[MANIFEST, first] as const, ...files];
  return compress(await packTar(entries.map(([name, bytes]) => tarEntry(name, bytes, madeAt))));
};

/** RFC 1952, 2.3.1. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const entriesOf = async (bytes: Uint8Array) => {
  if (!isGzip(bytes)) throw new Error('it is not a gzip file');
  try {
    return await unpackTar(await decompress(bytes, { maxOutputLength: MOST_BYTES }), { strict: true });
  } catch (error: unknown) {
    // The libraries name the code or field that they do not understand.
    throw new Error('it is damaged, incomplete, or not made by npm run backup', { cause: error });
  }
};

/** Unpacks the regular files of an archive. Throws if a name occurs twice, or names anything else. */
const unpack = async (bytes: Uint8Array): Promise<Map<string, Uint8Array>> => {
  const entries = await entriesOf(bytes);
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of entries) {
    if ((header.type ?? 'file') !== 'file' || data === undefined)
      throw new Error(`${JSON.stringify(header.name)} in it is not a regular file`);
    if (files.has(header.name)) throw new Error(`${JSON.stringify(header.name)} is twice in it`);
    files.set(header.name, data);
  }
  return files;
};

const parseManifest = (bytes: Uint8Array | undefined): Manifest => {
  if (bytes === undefined) throw new Error(`it has no ${MANIFEST}`);
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const format = typeof value === 'object' && value !== null ? Reflect.get(value, 'format') : undefined;
  if (typeof format === 'number' && format > FORMAT)
    throw new Error('a later version of this software made it: update first');
  return manifestSchema.validateSync(value);
};

/** Throws unless the archive holds exactly the files of its manifest, each with its content. */
const checkAgainst = ({ files: listed }: Manifest, files: BackupFiles): void => {
  for (const { name, size, sha256: expected } of listed) {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`${JSON.stringify(name)} is missing in it`);
    if (bytes.length !== size || sha256(bytes) !== expected)
      throw new Error(`${JSON.stringify(name)} in it is damaged`);
  }
  const names = new Set(listed.map(({ name }) => name));
  const foreign = [...files.keys()].find((name) => !names.has(name) || !isInBackup(name));
  if (foreign !== undefined) throw new Error(`${JSON.stringify(foreign)} does not belong into one`);
};

/** Throws unless a data folder with these files opens. */
const checkContent = (files: BackupFiles): void => {
  const within = (name: string, check: (bytes: Uint8Array) => void): void => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`${name} is missing in it`);
    try {
      check(bytes);
    } catch (error: unknown) {
      throw new Error(`${name} in it: ${systemReason(error)}`, { cause: error });
    }
  };
  within(TABLES_FILE, (bytes) => TableStore.verify(bytes));
  within(QUEUES_FILE, (bytes) => {
    const database = openBytes(bytes);
    try {
      verifyQueues(database);
    } finally {
      database.close();
    }
  });
  for (const name of files.keys())
    if (name.startsWith('executions/'))
      within(name, (bytes) => void parseExecution(posix.basename(name), new TextDecoder().decode(bytes)));
};

/** Reads and checks the bytes of an archive. Throws {@link BackupUnusable} with one sentence. */
export const readBackup = async (bytes: Uint8Array, path: string): Promise<Backup> => {
  try {
    const files = await unpack(bytes);
    const manifest = parseManifest(files.get(MANIFEST));
    files.delete(MANIFEST);
    checkAgainst(manifest, files);
    checkContent(files);
    return {
      version: manifest.version,
      madeAt: Date.parse(manifest.made_at),
      hasCredentials: files.has(CREDENTIALS_FILE),
      files,
    };
  } catch (error: unknown) {
    throw new BackupUnusable(`${path} is not a backup that can be restored: ${systemReason(error)}.`, {
      cause: error,
    });
  }
};
