import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Clock } from '../../../shared/core/clock.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { nextRunOf } from '../../../shared/core/schedule/next-run.ts';
import { isDenied } from '../../operations/access-denied.ts';
import { listResources } from './stack-resources.ts';

/** When the deployed schedule next starts a run; undefined if it is disabled or a rate, or if the caller may not read it. */
export const nextSyncOnAws = async (stackName: string, clock: Clock): Promise<Date | undefined> => {
  try {
    const resources = await listResources(new CloudFormationClient(), stackName);
    const Name = resources.get(LOGICAL_ID.dailySync)?.physicalId;
    if (Name === undefined) return undefined;
    const { State, ScheduleExpression, ScheduleExpressionTimezone } = await new SchedulerClient().send(
      new GetScheduleCommand({ Name }),
    );
    return State === 'ENABLED'
      ? nextRunOf(ScheduleExpression ?? '', ScheduleExpressionTimezone ?? 'UTC', clock.now())
      : undefined;
  } catch (error: unknown) {
    if (isDenied(error)) return undefined;
    throw error;
  }
};
