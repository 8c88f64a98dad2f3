import { Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import { DEAD_LETTER_RECEIVES, deadLetterVisibilitySeconds, workVisibilitySeconds } from '../timing.ts';
import { nameResource } from './logical-id.ts';

export interface WorkQueuesProps {
  readonly settings: Settings;
}

/** For a reader of the parked queue: long enough to copy a message elsewhere before it shows again. */
const PARKED_VISIBILITY = Duration.minutes(1);

/**
 * work -> dead-letter -> parked. log-error consumes the dead-letter queue, and deletes what it has read; what it
 * forwards, and what it fails on, ends in the parked queue, from where a message move task takes it back to work.
 * `StartMessageMoveTask` wants a source that is some queue's dead-letter queue: parked is the dead-letter queue's.
 */
export class WorkQueues extends Construct {
  readonly work: Queue;
  readonly deadLetter: Queue;
  readonly parked: Queue;

  constructor(scope: Construct, id: string, { settings }: WorkQueuesProps) {
    super(scope, id);
    const kept: QueueProps = {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      // A message that SQS moves keeps the time it was first sent. So all three keep messages equally long: behind a
      // longer one, the parked queue would drop at once what had waited long in front of it.
      retentionPeriod: Duration.days(settings.messageRetentionDays),
    };
    // These two allow any queue of the account to name them as dead-letter queue, SQS's default: a list of sources by
    // ARN would make a cycle (the source's RedrivePolicy holds this queue's ARN), short of fixed queue names.
    this.parked = new Queue(this, LOGICAL_ID.parkedQueue, { ...kept, visibilityTimeout: PARKED_VISIBILITY });
    this.deadLetter = new Queue(this, LOGICAL_ID.deadLetterQueue, {
      ...kept,
      visibilityTimeout: Duration.seconds(deadLetterVisibilitySeconds(settings)),
      deadLetterQueue: { queue: this.parked, maxReceiveCount: DEAD_LETTER_RECEIVES },
    });
    this.work = new Queue(this, LOGICAL_ID.workQueue, {
      ...kept,
      visibilityTimeout: Duration.seconds(workVisibilitySeconds(settings)),
      deadLetterQueue: { queue: this.deadLetter, maxReceiveCount: settings.maxReceiveCount },
      // Nothing fails into the work queue: messages of others would be taken for dates.
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
    });
    nameResource(this.work, LOGICAL_ID.workQueue);
    nameResource(this.deadLetter, LOGICAL_ID.deadLetterQueue);
    nameResource(this.parked, LOGICAL_ID.parkedQueue);
  }
}
