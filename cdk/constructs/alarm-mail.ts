import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Creates a topic for the alarms of this account. It requires TLS and mails to `email`. */
export const mailTopic = (scope: Construct, email: string): Topic => {
  const topic = new Topic(scope, 'Topic', { displayName: 'Oura sleep sync', enforceSSL: true });
  new Subscription(scope, 'AlarmMail', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: email });
  // The TLS rule is a topic policy that replaces the default one, which allows alarms to publish.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
};

/**
 * Mails when one of `alarms` changes from ALARM to OK. An OK action would also mail when a new alarm gets its first data
 * (INSUFFICIENT_DATA to OK), although nothing was wrong.
 */
export const mailWhenFixed = (scope: Construct, topic: Topic, alarms: readonly Alarm[]): void => {
  new Rule(scope, 'Fixed', {
    description: 'Mails when an alarm ends because its cause is gone',
    eventPattern: {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      resources: alarms.map(({ alarmArn }) => alarmArn),
      detail: { state: { value: ['OK'] }, previousState: { value: ['ALARM'] } },
    },
    targets: [
      // The grant has no condition on the source, because EventBridge does not evaluate conditions in topic policies reliably.
      // Rules of other accounts cannot have this topic as a target without a role of this account.
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(
          `Fixed: the alarm ${EventField.fromPath('$.detail.alarmName')} is OK again since ${EventField.fromPath('$.detail.state.timestamp')}.`,
        ),
      }),
    ],
  });
};
