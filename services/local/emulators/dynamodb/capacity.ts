import { type Members, optionalChoice } from './request.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;
/** A transaction reads or writes each item twice: to prepare and to commit. */
const TRANSACTION_FACTOR = 2;

export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) / (consistent ? 1 : 2);

export const writeUnits = (...bytes: readonly number[]): number =>
  Math.max(1, Math.ceil(Math.max(...bytes) / WRITE_UNIT_BYTES));

export type CapacityMode = 'INDEXES' | 'TOTAL' | 'NONE';

export const capacityMode = (members: Members): CapacityMode =>
  optionalChoice(members, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']) ?? 'NONE';

const shown = (mode: CapacityMode, TableName: string, units: object): object => ({
  TableName,
  ...units,
  ...(mode === 'INDEXES' && { Table: units }),
});

/** The member ConsumedCapacity of a response, nothing if it was not requested. */
export const consumed = (mode: CapacityMode, table: string, units: number): object =>
  mode === 'NONE' ? {} : { ConsumedCapacity: shown(mode, table, { CapacityUnits: units }) };

/** ConsumedCapacity of a batch: a list by table. */
export const consumedByTable = (mode: CapacityMode, units: ReadonlyMap<string, number>): object =>
  mode === 'NONE'
    ? {}
    : {
        ConsumedCapacity: [...units].map(([table, each]) => shown(mode, table, { CapacityUnits: each })),
      };

/** ConsumedCapacity of a transaction. @param units those of the same reads or writes outside of a transaction */
export const consumedByTransaction = (
  mode: CapacityMode,
  kind: 'Read' | 'Write',
  units: ReadonlyMap<string, number>,
): object =>
  mode === 'NONE'
    ? {}
    : {
        ConsumedCapacity: [...units].map(([table, each]) => {
          const doubled = each * TRANSACTION_FACTOR;
          return shown(mode, table, { CapacityUnits: doubled, [`${kind}CapacityUnits`]: doubled });
        }),
      };

/** Adds units to those of a table. */
export const addUnits = (units: Map<string, number>, table: string, more: number): void => {
  units.set(table, (units.get(table) ?? 0) + more);
};
