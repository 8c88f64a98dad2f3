import {
  AttributeType,
  BillingMode,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID, WORKOUTS_OWNER } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import { nameResource } from './logical-id.ts';

const KEPT: Omit<TableProps, 'partitionKey'> = {
  // A few dozen requests a day cost cents on demand, without a capacity limit.
  billingMode: BillingMode.PAY_PER_REQUEST,
  // Restores the tables after a faulty write, up to 35 days back.
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  // `cdk destroy` keeps years of nights.
  removalPolicy: RemovalPolicy.RETAIN,
  // Encrypted with the key that AWS owns. A customer key costs a monthly fee and needs a second set of grants, but everyone
  // who may read the table would still read it decrypted.
  encryption: TableEncryption.DEFAULT,
};

export interface SleepTablesProps {
  readonly settings: Pick<Settings, 'workoutsTable'>;
}

/** The tables: nights by `date`, the ledger by `pk`, and the workouts. All survive the stack. */
export class SleepTables extends Construct {
  /** OuraSleepTable: one item per night, key `date` (YYYY-MM-DD). */
  readonly sleep: Table;
  /** OuraSyncTable: runs, dates and locks, key `pk`. Items expire at `expires_at` (epoch seconds). */
  readonly sync: Table;
  /** One item per set, keys `workoutId` and `timestamp` (epoch seconds), in GainsIQ's format. No function uses it. */
  readonly workouts: { readonly tableName: string; readonly owner: string };

  constructor(scope: Construct, id: string, { settings }: SleepTablesProps) {
    super(scope, id);
    this.sleep = new Table(this, LOGICAL_ID.ouraSleepTable, {
      ...KEPT,
      partitionKey: { name: 'date', type: AttributeType.STRING },
    });
    this.sync = new Table(this, LOGICAL_ID.ouraSyncTable, {
      ...KEPT,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
    });
    nameResource(this.sleep, LOGICAL_ID.ouraSleepTable);
    nameResource(this.sync, LOGICAL_ID.ouraSyncTable);
    this.workouts =
      settings.workoutsTable === undefined
        ? { tableName: this.ownWorkouts().tableName, owner: WORKOUTS_OWNER.stack }
        : { tableName: settings.workoutsTable, owner: WORKOUTS_OWNER.other };
  }

  private ownWorkouts(): Table {
    const table = new Table(this, LOGICAL_ID.workoutsTable, {
      ...KEPT,
      partitionKey: { name: 'workoutId', type: AttributeType.STRING },
      sortKey: { name: 'timestamp', type: AttributeType.NUMBER },
    });
    nameResource(table, LOGICAL_ID.workoutsTable);
    return table;
  }
}
