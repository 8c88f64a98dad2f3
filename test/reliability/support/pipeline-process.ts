import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { clockFrom } from '../../../shared/core/clock.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { startLocalRun } from '../../helpers/start-run.ts';
import { LAST_OVER, startPipeline } from './pipeline.ts';

// A process for tests to kill. Like `npm start -- --once`, but with settings that the command does not have.
// Argument: JSON of {dataDir, now, baseUrl, settings, days}.

const { dataDir, now, baseUrl, settings, days } = JSON.parse(process.argv[2] ?? '{}');
const runtime = await startPipeline({ dataDir, baseUrl, settings, clock: clockFrom(now) });
const { executions = [] } = await runtime.clients.sfn.send(
  new ListExecutionsCommand({ stateMachineArn: runtime.outputs[OUTPUT.syncRun], statusFilter: 'RUNNING' }),
);
for (const { name = '' } of executions) await runtime.waitForExecution(name);
const name = `run-${now}`;
await startLocalRun(runtime, name, { trigger: 'manual', days, to: LAST_OVER });
const { output } = await runtime.waitForExecution(name);
await runtime.idle();
await runtime.stop();
process.exitCode = (output as { status?: string } | undefined)?.status === 'complete' ? 0 : 1;
