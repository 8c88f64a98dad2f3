import {
  type BoundClause,
  type BoundCondition,
  bindCondition,
  bindProjection,
  bindUpdate,
} from './bind-expression.ts';
import type { Path } from './document-path.ts';
import { validationError } from './errors.ts';
import type { ExpressionParameter } from './parse-expression.ts';
import { Placeholders } from './placeholders.ts';
import { type Members, optionalText, rejectLegacy } from './request.ts';

/** The expressions of a request with their placeholders resolved. */
export interface Expressions {
  readonly condition?: BoundCondition | undefined;
  readonly filter?: BoundCondition | undefined;
  readonly keyCondition?: BoundCondition | undefined;
  readonly projection?: readonly Path[] | undefined;
  readonly update?: readonly BoundClause[] | undefined;
}

const withText = <T>(text: string | undefined, bind: (text: string) => T): T | undefined =>
  text === undefined ? undefined : bind(text);

/** Parses the expressions that an operation has. Throws a ValidationException or a SerializationException. */
export const parseExpressions = (
  members: Members,
  parameters: readonly ExpressionParameter[],
): Expressions => {
  rejectLegacy(members);
  const texts = Object.fromEntries(
    parameters.map((parameter) => [parameter, optionalText(members, parameter)]),
  ) as Partial<Record<ExpressionParameter, string>>;
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = members;
  if (names && parameters.every((parameter) => texts[parameter] === undefined))
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  const withValues = parameters.filter((parameter) => parameter !== 'ProjectionExpression');
  if (values && withValues.every((parameter) => texts[parameter] === undefined)) {
    const are = withValues.length > 1 ? 'are' : 'is';
    throw validationError(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${are} null`,
    );
  }
  const placeholders = new Placeholders(names ?? undefined, values ?? undefined);
  const condition = (parameter: Parameters<typeof bindCondition>[0]) =>
    withText(texts[parameter], (text) => bindCondition(parameter, text, placeholders));
  const expressions: Expressions = {
    update: withText(texts.UpdateExpression, (text) => bindUpdate(text, placeholders)),
    condition: condition('ConditionExpression'),
    keyCondition: condition('KeyConditionExpression'),
    filter: condition('FilterExpression'),
    projection: withText(texts.ProjectionExpression, (text) => bindProjection(text, placeholders)),
  };
  placeholders.checkAllUsed();
  return expressions;
};
