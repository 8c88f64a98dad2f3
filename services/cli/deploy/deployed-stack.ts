import { type CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { mixed, object } from 'yup';
import { changedSettings, readSettings, type Settings, SettingsInvalid } from '../../../cdk/settings.ts';
import type { Template } from '../../../cdk/template.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { describeStack } from '../target/aws-stack.ts';
import { listResources, type StackResources } from '../target/stack-resources.ts';
import { earlierSettings } from './earlier-settings.ts';

/** The stack that the next deployment updates. */
export interface DeployedStack {
  /** The settings with which it was deployed: those that differ from the defaults. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  /** The resources in its template. */
  readonly declared: Template['Resources'];
  readonly physical: StackResources;
}

/** A stack with such a status holds nothing: its creation failed or has not begun. */
const EMPTY = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'];

const templateSchema = object({ Resources: mixed<Template['Resources']>().required() });

const hasNoStack = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');

/** Leaves out what this version does not accept: it could not be deployed again either. */
const accepted = (found: Readonly<Record<string, unknown>>, stackName: string): Settings => {
  const given: Record<string, unknown> = { ...found, stackName };
  for (;;) {
    try {
      return readSettings(given);
    } catch (error: unknown) {
      if (!(error instanceof SettingsInvalid) || !Object.hasOwn(given, error.setting)) throw error;
      delete given[error.setting];
    }
  }
};

/** Reads the stack `stackName`; undefined if there is none that an update could change. */
export const readDeployedStack = async (
  cloudformation: CloudFormationClient,
  stackName: string,
): Promise<DeployedStack | undefined> => {
  const stack = await describeStack(cloudformation, stackName).catch((error: unknown) => {
    if (hasNoStack(error)) return undefined;
    throw error;
  });
  if (stack === undefined || EMPTY.includes(stack.StackStatus ?? '')) return undefined;
  const { TemplateBody = '{}' } = await cloudformation.send(
    new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
  );
  const { Resources: declared } = templateSchema.validateSync(JSON.parse(TemplateBody));
  const outputs = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const record = outputs[OUTPUT.settings];
  const found = record === undefined ? earlierSettings(outputs, declared) : JSON.parse(record);
  const settings = accepted(found, stackName);
  return {
    given: changedSettings(settings),
    settings,
    declared,
    physical: await listResources(cloudformation, stackName),
  };
};
