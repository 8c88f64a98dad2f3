import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { number, object, string } from 'yup';
import { reasonOf } from './data-folder.ts';
import { DataFolderBroken } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { writeDurably } from './write-durably.ts';

export const EXECUTION_STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

const executionSchema = object({
  machine: string().required(),
  name: string().required(),
  status: string().oneOf(EXECUTION_STATUSES).required(),
  /** The JSON text given to StartExecution. */
  input: string().defined(),
  /** JSON text, `undefined` unless the execution succeeded. */
  output: string(),
  error: string(),
  cause: string(),
  /** Epoch milliseconds. */
  startDate: number().required(),
  stopDate: number(),
})
  .noUnknown()
  .strict()
  .required();

/** One execution of a state machine. */
export interface Execution {
  readonly machine: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly startDate: number;
  readonly stopDate?: number | undefined;
}

/** How many finished executions are kept: half a year of daily runs. */
const KEPT = 200;

/** The executions in the data folder, one file each. */
export interface ExecutionFiles {
  get(machine: string, name: string): Execution | undefined;
  /** Lists the executions of one state machine, the newest first. */
  list(machine: string): Execution[];
  save(execution: Execution): void;
}

const keyOf = (machine: string, name: string): string => `${machine}:${name}`;
/** Encoded, because AWS allows characters in names that file systems do not. */
const fileNameOf = ({ machine, name }: Execution): string =>
  `${encodeURIComponent(keyOf(machine, name))}.json`;

/** Parses the text of a file. Throws if it is not that of the execution which the file is named after. */
export const parseExecution = (fileName: string, text: string): Execution => {
  const execution = executionSchema.validateSync(JSON.parse(text));
  if (fileNameOf(execution) !== fileName) throw new Error('it is the file of another execution');
  return execution;
};

/** Throws {@link DataFolderBroken} with the name of the file. */
const read = (dataDir: string, path: string): Execution => {
  try {
    return parseExecution(basename(path), readFileSync(path, 'utf8'));
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `executions/${basename(path)}: ${reasonOf(error)}`, error);
  }
};

/** Reads the executions in `dataDir`. Throws {@link DataFolderBroken}. */
export const openExecutionFiles = (dataDir: string): ExecutionFiles => {
  const folder = join(dataDir, 'executions');
  const executions = new Map<string, Execution>();
  try {
    makeFolder(folder);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      const execution = read(dataDir, join(folder, name));
      executions.set(keyOf(execution.machine, execution.name), execution);
    }
  } catch (error: unknown) {
    if (error instanceof DataFolderBroken) throw error;
    throw new DataFolderBroken(dataDir, `executions: ${reasonOf(error)}`, error);
  }
  const newestFirst = () => [...executions.values()].sort((a, b) => b.startDate - a.startDate);
  const removeOldest = (): void => {
    const finished = newestFirst().filter(({ status }) => status !== 'RUNNING');
    for (const old of finished.slice(KEPT)) {
      executions.delete(keyOf(old.machine, old.name));
      rmSync(join(folder, fileNameOf(old)), { force: true });
    }
  };
  return {
    get: (machine, name) => executions.get(keyOf(machine, name)),
    list: (machine) => newestFirst().filter((execution) => execution.machine === machine),
    save: (execution) => {
      writeDurably(join(folder, fileNameOf(execution)), JSON.stringify(execution));
      executions.set(keyOf(execution.machine, execution.name), execution);
      if (execution.status !== 'RUNNING') removeOldest();
    },
  };
};
