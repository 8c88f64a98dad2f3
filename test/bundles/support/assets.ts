import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of a function's asset in the assembly that `cdk synth` wrote. Throws for a function that is not in it. */
export const assetIn = (assembly: string, functionName: string): string => {
  const [file = ''] = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
    Resources: Record<string, { Properties: { Code: { S3Key: string } } }>;
  };
  const key = template.Resources[functionName]?.Properties.Code.S3Key;
  if (key === undefined) throw new Error(`The assembly has no function ${functionName}`);
  return join(assembly, `asset.${key.replace(/\.zip$/, '')}`);
};
