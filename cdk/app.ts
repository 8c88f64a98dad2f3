import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { addRulePacks } from './rule-packs.ts';
import { readSettings, SettingsInvalid, settingsInContext } from './settings.ts';

// What `npx cdk synth` and `npx cdk deploy` run. Settings: cdk.json's context, and `-c name=value` over it.
const app = new App();
try {
  const settings = readSettings(settingsInContext(app.node.getAllContext()));
  addRulePacks(app, new OuraSyncStack(app, settings.stackName, { settings }));
} catch (error: unknown) {
  if (!(error instanceof SettingsInvalid)) throw error;
  // The sentence says it all: where in our code it was noticed helps nobody.
  console.error(error.message);
  process.exitCode = 1;
}
