import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `context` of cdk.json: feature flags of the CDK. */
export const projectContext = (): Record<string, unknown> => {
  const file: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
  return { ...(file as { context: Record<string, unknown> }).context };
};
