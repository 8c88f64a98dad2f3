// npm run default-template: writes the template that `npm start` runs without loading the CDK.
import { writeFileSync } from 'node:fs';
import { readSettings } from '../../../cdk/settings.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import {
  DEFAULT_TEMPLATE_FILE,
  type DefaultTemplate,
  fingerprintOf,
  LOCAL_DEFAULTS,
  modulesOf,
} from './default-template.ts';

const modules = modulesOf('cdk/synthesize.ts');
const content: DefaultTemplate = {
  fingerprint: fingerprintOf(modules) ?? '',
  modules,
  template: synthesize(readSettings(LOCAL_DEFAULTS)),
};
// The keys of the bundles differ with every change of a function, and the local runtime does not read them.
const withoutBundles = (name: string, value: unknown): unknown =>
  name === 'S3Key' ? 'not-bundled.zip' : value;
writeFileSync(DEFAULT_TEMPLATE_FILE, `${JSON.stringify(content, withoutBundles, 2)}\n`);
