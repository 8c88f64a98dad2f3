// What a function's start costs: the time to import its bundle, as `cdk deploy` uploads it, beside an empty handler.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from '../cdk/oura-sync-stack.ts';
import { projectContext } from '../cdk/project-context.ts';
import { readSettings } from '../cdk/settings.ts';
import { importTimes } from './import-time.ts';

const PROCESSES = 15;

const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-cold-start-'));
try {
  const app = new App({
    outdir,
    context: projectContext(),
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  const settings = readSettings({ webhooks: true, mornings: true });
  new OuraSyncStack(app, settings.stackName, { settings });
  app.synth();
  process.stdout.write(importTimes(outdir, PROCESSES));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
