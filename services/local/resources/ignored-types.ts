import { ACCOUNT, arn } from '../template/arn.ts';
import type { IgnoredType } from '../template/read-resources.ts';
import { IGNORED } from './properties.ts';

const LOGS_TO_CONSOLE = 'log lines go to the console';
const ALARMS_ONLY = 'only alarms publish to topics';

/** The types that have no effect on one machine. References to them still resolve. */
export const IGNORED_TYPES: readonly IgnoredType[] = [
  {
    type: 'AWS::IAM::Role',
    reason: IGNORED.access,
    identity: (id) => ({ Ref: id, Arn: `arn:aws:iam::${ACCOUNT}:role/${id}` }),
  },
  { type: 'AWS::IAM::Policy', reason: IGNORED.access },
  {
    type: 'AWS::IAM::ManagedPolicy',
    reason: IGNORED.access,
    identity: (id) => ({ Ref: `arn:aws:iam::${ACCOUNT}:policy/${id}` }),
  },
  { type: 'AWS::Lambda::Permission', reason: IGNORED.access },
  { type: 'AWS::SQS::QueuePolicy', reason: IGNORED.access },
  { type: 'AWS::SNS::TopicPolicy', reason: IGNORED.access },
  {
    type: 'AWS::Logs::LogGroup',
    reason: LOGS_TO_CONSOLE,
    identity: (id, { stackName }) => ({
      Ref: `/${stackName}/${id}`,
      Arn: arn('logs', `log-group:/${stackName}/${id}:*`),
    }),
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    reason: 'the page and npm run status show failures',
    identity: (id) => ({ Ref: id }),
  },
  {
    type: 'AWS::CloudWatch::Dashboard',
    reason: 'the local page replaces it',
    identity: (id) => ({ Ref: id }),
  },
  {
    type: 'AWS::SNS::Topic',
    reason: ALARMS_ONLY,
    identity: (id) => ({ Ref: arn('sns', id), TopicName: id }),
  },
  { type: 'AWS::SNS::Subscription', reason: ALARMS_ONLY },
  { type: 'AWS::Events::Rule', reason: ALARMS_ONLY },
];
