import { ListSubscriptionsByTopicCommand, type SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { NO_ALARM_MAIL } from '../../../shared/core/names.ts';
import { type Finding, ok, warning } from './finding.ts';

const CHECK = 'alarm mail';

/** How to subscribe `address` again. CloudFormation does not notice that AWS has deleted the subscription. */
const recreate = (topic: string, address: string): string =>
  `run aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint ${address}, ` +
  'and confirm the mail within 48 hours';

const judge = (topic: string, address: string, subscription: Subscription | undefined): Finding => {
  const arn = subscription?.SubscriptionArn;
  if (arn?.startsWith('arn:')) return ok(CHECK, `goes to ${address}`);
  return arn === 'PendingConfirmation'
    ? warning(
        CHECK,
        `${address} has not confirmed: no alarm is sent, and AWS deletes the subscription after 48 hours`,
        `follow the link in the mail "AWS Notification - Subscription Confirmation"; if it is lost, ${recreate(topic, address)}`,
      )
    : warning(
        CHECK,
        `${address} gets no alarms: the subscription was not confirmed in time, or was cancelled`,
        recreate(topic, address),
      );
};

/**
 * Checks that the alarms reach someone.
 * @param topic of the stack; undefined without the setting alarmEmail
 * @param address that gets the alarms; undefined for a stack of an earlier version
 */
export const checkAlarmMail = async (
  sns: SNSClient,
  topic: string | undefined,
  address: string | undefined,
): Promise<Finding> => {
  if (topic === undefined) {
    const [fact = '', remedy = ''] = NO_ALARM_MAIL.split(': ');
    return warning(CHECK, fact.toLowerCase(), `${remedy}, and deploy`);
  }
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const reply = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken }));
    found.push(...(reply.Subscriptions ?? []));
    NextToken = reply.NextToken;
  } while (NextToken);
  const mails = found.filter(
    ({ Protocol, Endpoint }) => Protocol === 'email' && (address === undefined || Endpoint === address),
  );
  const confirmed = mails.find(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'));
  const subscription = confirmed ?? mails[0];
  return judge(topic, address ?? subscription?.Endpoint ?? '<your address>', subscription);
};
