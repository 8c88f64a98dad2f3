import { App, CfnOutput } from 'aws-cdk-lib/core';
import { AppError } from '../shared/core/errors.ts';
import { OUTPUT } from '../shared/core/names.ts';
import { commandLineSettings, unsavedWarnings } from './command-line-settings.ts';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { addRulePacks } from './rule-packs.ts';
import { changedSettings, readSettings } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';

// The CDK app of `npx cdk synth`, `diff`, `deploy` and `destroy`. `-c name=value` takes precedence over the settings file.
try {
  const app = new App();
  const saved = readSettingsFile();
  const given = commandLineSettings(app.node.getAllContext());
  const settings = readSettings({ ...saved, ...given });
  for (const warning of unsavedWarnings(given, saved)) console.error(warning);
  const stack = new OuraSyncStack(app, settings.stackName, { settings });
  // Only here, because no other use of the stack deploys it: `npm run deploy` compares the next settings with these.
  new CfnOutput(stack, OUTPUT.settings, { value: JSON.stringify(changedSettings(settings)) });
  addRulePacks(app, stack);
} catch (error: unknown) {
  if (!(error instanceof AppError)) throw error;
  // The message is enough: a stack trace does not help the user.
  console.error(error.message);
  // At once: the CDK would synthesize the incomplete app before the process ends.
  process.exit(2);
}
