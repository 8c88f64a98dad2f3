import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { number, object, string } from 'yup';
import { isOfTheMachine, systemReason } from '../../../shared/core/system-reason.ts';
import { DataFolderBroken } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { setAside } from './set-aside.ts';
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
  /** Throws the system's errors if it cannot be written. An execution that was there before has
   * changed all the same, until the process ends. */
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

/** Whether what is left of a damaged file says that its execution had ended. */
const hadEnded = (path: string): boolean => {
  const status = /"status":"(\w+)"/.exec(readFileSync(path, 'latin1'))?.[1];
  return EXECUTION_STATUSES.some((known) => known === status && known !== 'RUNNING');
};

/** Sets a damaged history aside, and describes it. No night depends on it: the ledger has what a run requested. */
const dropDamaged = (dataDir: string, path: string, error: unknown): string => {
  const name = `executions/${basename(path)}`;
  const run = decodeURIComponent(basename(path, '.json')).replace(/^[^:]*:/, '');
  const unfinished = hadEnded(path)
    ? ''
    : ` The run ${run} may have been unfinished: the next run requests its dates again.`;
  try {
    const kept = setAside(dataDir, path);
    return `${name} is damaged (${systemReason(error)}) and is now damaged/${kept}: the history of one run, no night.${unfinished}`;
  } catch (refused: unknown) {
    return `${name} is damaged (${systemReason(error)}) and cannot be moved to damaged/ (${systemReason(refused)}).${unfinished}`;
  }
};

/**
 * Reads the executions in `dataDir`. Throws {@link DataFolderBroken} if the folder cannot be used.
 * @param report receives a sentence for each damaged file, which is set aside
 */
export const openExecutionFiles = (dataDir: string, report: (sentence: string) => void): ExecutionFiles => {
  const folder = join(dataDir, 'executions');
  const executions = new Map<string, Execution>();
  try {
    makeFolder(folder);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      const path = join(folder, name);
      try {
        const execution = parseExecution(name, readFileSync(path, 'utf8'));
        executions.set(keyOf(execution.machine, execution.name), execution);
      } catch (error: unknown) {
        if (isOfTheMachine(error)) throw error;
        report(dropDamaged(dataDir, path, error));
      }
    }
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `executions: ${systemReason(error)}`, error);
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
      const key = keyOf(execution.machine, execution.name);
      // A new one that cannot be written is not started. The end of a running one is known at once.
      if (executions.has(key)) executions.set(key, execution);
      writeDurably(join(folder, fileNameOf(execution)), JSON.stringify(execution));
      executions.set(key, execution);
      if (execution.status !== 'RUNNING') removeOldest();
    },
  };
};
