import { Command } from 'commander';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { REGION } from '../../local/template/arn.ts';
import { OPTION } from '../options.ts';
import { shellWord, suggest } from '../print/advice.ts';
import { printAs } from '../print/write.ts';
import { UsageError } from '../usage-error.ts';

interface EndpointOptions {
  readonly dataDir: string;
  readonly format: string;
}

export const endpointCommand = (): Command =>
  new Command('endpoint')
    .description(
      'Prints the environment with which AWS tools use the local services of a running npm start: their address, and the keys of this start.',
    )
    .addOption(OPTION.dataDir())
    .addOption(OPTION.format(['text', 'json'], 'text'))
    .action(async ({ dataDir, format }: EndpointOptions) => {
      const running = await findRunning(dataDir);
      if (!running)
        throw new UsageError(`No process serves ${dataDir}: run ${suggest('start', { dataDir })} first.`);
      const env = {
        AWS_ENDPOINT_URL: running.endpoint,
        AWS_ACCESS_KEY_ID: running.accessKeyId,
        AWS_SECRET_ACCESS_KEY: running.secretAccessKey,
        AWS_REGION: REGION,
        // Python's SDK reads only this one.
        AWS_DEFAULT_REGION: REGION,
      };
      printAs(format, env, () =>
        Object.entries(env)
          .map(([name, value]) => `export ${name}=${shellWord(value)}`)
          .join('\n'),
      );
    });
