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
