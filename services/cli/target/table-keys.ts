import type { AttributeDefinition, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { Template } from '../../../cdk/template.ts';

interface Keys {
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly AttributeDefinitions?: readonly AttributeDefinition[] | undefined;
}

/** The primary key of a table in words that can be compared, such as `workoutId (S), timestamp (N)`. */
export const keyOf = ({ KeySchema = [], AttributeDefinitions = [] }: Keys): string =>
  KeySchema.map(({ AttributeName }) => {
    const definition = AttributeDefinitions.find((each) => each.AttributeName === AttributeName);
    return `${AttributeName} (${definition?.AttributeType})`;
  }).join(', ');

/** The primary key that the stack gives the table `logicalId`. */
export const keyInTemplate = (template: Template, logicalId: string): string =>
  keyOf((template.Resources[logicalId]?.Properties ?? {}) as Keys);
