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

type Keys = Pick<TableProps, 'partitionKey' | 'sortKey' | 'timeToLiveAttribute'>;

const KEPT: Omit<TableProps, keyof Keys> = {
  // A few dozen requests a day cost cents on demand, without a capacity limit.
  billingMode: BillingMode.PAY_PER_REQUEST,
  // Restores the tables after a faulty write, up to 35 days back.
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  // `cdk destroy` keeps years of nights. A failed creation removes its empty tables.
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  // Encrypted with the key that AWS owns. A customer key costs a monthly fee and needs a second set of grants, but everyone
  // who may read the table would still read it decrypted.
  encryption: TableEncryption.DEFAULT,
};

export interface SleepTablesProps {
  readonly settings: Pick<
    Settings,
    'sleepTable' | 'syncTable' | 'ownWorkoutsTable' | 'workoutsTable' | 'deletionProtection'
  >;
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
    const table = (logicalId: string, tableName: string | undefined, keys: Keys): Table => {
      const created = new Table(this, logicalId, {
        ...KEPT,
        ...keys,
        deletionProtection: settings.deletionProtection,
        ...(tableName !== undefined && { tableName }),
      });
      nameResource(created, logicalId);
      return created;
    };
    this.sleep = table(LOGICAL_ID.ouraSleepTable, settings.sleepTable, {
      partitionKey: { name: 'date', type: AttributeType.STRING },
    });
    this.sync = table(LOGICAL_ID.ouraSyncTable, settings.syncTable, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
    });
    const ownWorkouts = (): Table =>
      table(LOGICAL_ID.workoutsTable, settings.ownWorkoutsTable, {
        partitionKey: { name: 'workoutId', type: AttributeType.STRING },
        sortKey: { name: 'timestamp', type: AttributeType.NUMBER },
      });
    this.workouts =
      settings.workoutsTable === undefined
        ? { tableName: ownWorkouts().tableName, owner: WORKOUTS_OWNER.stack }
        : { tableName: settings.workoutsTable, owner: WORKOUTS_OWNER.other };
  }
}
