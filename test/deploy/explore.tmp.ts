import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SQSClient, PurgeQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { SFNClient, StartExecutionCommand, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
const o = Object.fromEntries((await new CloudFormationClient().send(new DescribeStacksCommand({StackName:'OuraSleepSync'}))).Stacks![0]!.Outputs!.map(x=>[x.OutputKey,x.OutputValue]));
const sqs = new SQSClient(); const sfn = new SFNClient();
if (process.argv[2]==='purge') for (const q of ['WorkQueueUrl','DeadLetterQueueUrl','ParkedQueueUrl']) await sqs.send(new PurgeQueueCommand({QueueUrl:o[q]}));
if (process.argv[2]==='attr') for (const q of ['WorkQueueUrl','DeadLetterQueueUrl','ParkedQueueUrl']) console.log((await sqs.send(new GetQueueAttributesCommand({QueueUrl:o[q],AttributeNames:['All']}))).Attributes);
if (process.argv[2]==='run') { const {executionArn}=await sfn.send(new StartExecutionCommand({stateMachineArn:o.SyncRunArn,input:process.argv[3]??'{"trigger":"manual"}'}));
for(let i=0;i<60;i++){ const d=await sfn.send(new DescribeExecutionCommand({executionArn})); if(d.status!=='RUNNING'){console.log(i,d);break} await new Promise(r=>setTimeout(r,500)); } }
