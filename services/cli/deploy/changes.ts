import type { Settings } from '../../../cdk/settings.ts';
import type { Template } from '../../../cdk/template.ts';
import type { DeployedStack } from './deployed-stack.ts';

const show = (value: unknown): string => (value === undefined ? 'not set' : String(value));

/** The settings that the deployment changes, one line each. */
export const changedLines = (before: Settings, after: Settings): readonly string[] =>
  ([...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Settings)[])
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${show(before[name])} → ${show(after[name])}`);

/** The resources that the deployment removes from the stack, one line each. */
export const removedLines = ({ declared, physical }: DeployedStack, after: Template): readonly string[] =>
  Object.entries(declared)
    .filter(([id, { Type }]) => after.Resources[id] === undefined && Type !== 'AWS::CDK::Metadata')
    .map(([id, { Type, DeletionPolicy = '' }]) => {
      const name = physical.get(id)?.physicalId;
      const what = `${Type} ${id}${name === undefined ? '' : ` (${name})`}`;
      return DeletionPolicy.startsWith('Retain') ? `${what}, which is kept outside the stack` : what;
    });
