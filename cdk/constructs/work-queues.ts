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

/** Time for a person who reads the parked queue to copy a message. */
const PARKED_VISIBILITY = Duration.minutes(1);

/**
 * work -> dead-letter -> parked. log-error consumes the dead-letter queue and forwards messages to the parked queue. SQS
 * moves messages there on which log-error fails. A message move task returns them to the work queue. Its source must be
 * the dead-letter queue of another queue, so the parked queue is the dead-letter queue of the dead-letter queue.
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
      // Equal in all three queues: a message that SQS moves keeps the time of its first send. With a shorter period, the
      // parked queue would delete a message on arrival that has waited long in the others.
      retentionPeriod: Duration.days(settings.messageRetentionDays),
    };
    // These two accept any queue of the account as a source, the default of SQS. A list of source ARNs would create a
    // cycle, because the RedrivePolicy of each source contains the ARN of this queue.
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
      // The work queue is no dead-letter queue: the worker would read other messages as dates.
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
    });
    nameResource(this.work, LOGICAL_ID.workQueue);
    nameResource(this.deadLetter, LOGICAL_ID.deadLetterQueue);
    nameResource(this.parked, LOGICAL_ID.parkedQueue);
  }
}
