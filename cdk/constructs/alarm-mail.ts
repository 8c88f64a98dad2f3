import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** A topic to which the alarms of this account may publish, and nobody without TLS; what comes in is mailed to `email`. */
export const mailTopic = (scope: Construct, email: string): Topic => {
  const topic = new Topic(scope, 'Topic', { displayName: 'Oura sleep sync', enforceSSL: true });
  new Subscription(scope, 'AlarmMail', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: email });
  // The TLS rule above is a topic policy, and takes the place of the default one that lets alarms in.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
};
