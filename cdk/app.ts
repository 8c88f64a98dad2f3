import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { addRulePacks } from './rule-packs.ts';
import { readSettings, SettingsInvalid, settingsInContext } from './settings.ts';

// The CDK app of `npx cdk synth` and `npx cdk deploy`. `-c name=value` takes precedence over the context in cdk.json.
const app = new App();
try {
  const settings = readSettings(settingsInContext(app.node.getAllContext()));
  addRulePacks(app, new OuraSyncStack(app, settings.stackName, { settings }));
} catch (error: unknown) {
  if (!(error instanceof SettingsInvalid)) throw error;
  // The message is enough: a stack trace does not help the user.
  console.error(error.message);
  process.exitCode = 1;
}
