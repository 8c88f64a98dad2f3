/** A file or a folder that this version, or an earlier one, writes into a data folder. */
export interface Content {
  readonly name: string;
  /** For a folder: which of its files are ours, by name. Undefined for a file. */
  readonly files?: RegExp;
  /** Whether it gives access to an account or to a process. */
  readonly secret: boolean;
  /** Whether a backup contains it: a secret only if the user asks for it. */
  readonly backup: boolean;
}

/** Every folder that we make has it from the first moment. */
export const LOCK_FILE = 'owner.lock';

const SQLITE_FILES = '(-wal|-shm|-journal)?';

/** LevelDB's files, https://github.com/google/leveldb/blob/main/db/filename.cc. */
const LEVELDB_FILES = /^(CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(ldb|sst|log|dbtmp))$/;

const data = (name: string, files?: RegExp): Content => ({
  name,
  ...(files && { files }),
  secret: false,
  backup: true,
});

/** Says something about this machine, or about a process. A restored folder does without it. */
const local = (name: string, files?: RegExp): Content => ({ ...data(name, files), backup: false });

/** The access to the account at Oura. */
const credential = (name: string): Content => ({ ...data(name), secret: true });

/**
 * Everything that a data folder holds. `isDataFolder` recognizes a folder by it, `backup` copies what it says, and `forget`
 * deletes all of it and nothing else. A file that is missing here is taken for the user's own.
 */
export const CONTENTS: readonly Content[] = [
  data('dynamodb.sqlite'),
  data('sqs', new RegExp(`^fauxqs\\.db${SQLITE_FILES}$`)),
  data('executions', /\.json$/),
  data('template.json'),
  data('ring'),
  data('time-zone'),
  data('rules-version'),
  data('discarded', /\.jsonl$/),
  credential('credentials.json'),
  credential('webhook.json'),
  local(LOCK_FILE),
  { ...local('runtime.json'), secret: true },
  { ...local('page-key'), secret: true },
  local('log.jsonl'),
  local('log.1.jsonl'),
  local('log-gap.json'),
  // The URL or the command of notifications.
  { ...data('notify'), secret: true },
  // The variables of the service, such as a proxy with its password, which the user writes, and its output on macOS.
  { ...data('service.env'), secret: true },
  local('service.log'),
  local('incidents.json'),
  // Files that were set aside, under their own name and an instant.
  local('damaged', /./),
  // The tables before 0.3. A command that opens the folder copies them to dynamodb.sqlite.
  local('dynamodb', LEVELDB_FILES),
  local('dynamodb.before-0.3', LEVELDB_FILES),
];

/** The files beside those of SQLite, and what a kill left of a file that was being written. */
const REMAINDER = new RegExp(`(\\.(\\d+\\.)?new)?${SQLITE_FILES}$`);

/** The entry for a name in a data folder, also of a remainder of that file. Undefined: it is not one of ours. */
export const contentOf = (name: string): Content | undefined => {
  const exact = CONTENTS.find((content) => content.name === name);
  if (exact) return exact;
  const whole = name.replace(REMAINDER, '');
  return CONTENTS.find((content) => content.name === whole && content.files === undefined);
};

/** Whether a file in a folder of a data folder is one of ours. */
export const isFileOf = ({ files }: Content, name: string): boolean =>
  files !== undefined && (files.test(name) || files.test(name.replace(REMAINDER, '')));
