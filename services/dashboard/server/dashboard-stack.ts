import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../../shared/core/clock.ts';
import type { GapContext } from '../../operations/gaps.ts';

/** The tables, queues and state machine that the page shows, and what only their owner knows of them. */
export interface DashboardStack {
  /** Values of the stack's outputs by name (OUTPUT in shared/core/names.ts). */
  readonly outputs: Readonly<Record<string, string>>;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly clock: Clock;
  /** Whose tables these are, as a noun: `the data folder .data`. */
  readonly source: string;
  /** Whether the nights come from the simulated ring. */
  readonly simulated: boolean;
  /** When the schedule next starts a run; undefined where none is scheduled. */
  nextSync(): Promise<Date | undefined>;
  /** Where nothing can be started from here: why, in one sentence, and the commands that do instead. */
  readonly readOnly: { readonly why: string; readonly actions: GapContext['actions'] } | undefined;
  /** What a failure of these services means, in one sentence; undefined where nobody foresaw it. */
  explain(error: unknown): string | undefined;
  /** How often the pipeline is looked at while a page shows it, in milliseconds: on AWS each look is a few requests. */
  readonly lookMs: number;
}
