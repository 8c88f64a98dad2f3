import { type Consequences, PERMANENT } from '../../../../shared/core/errors.ts';
import { AwsError } from '../aws-json.ts';

/** The namespace of an error name in `__type`. */
const VALIDATION = 'com.amazon.coral.validate#';
const CORAL_SERVICE = 'com.amazon.coral.service#';
const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';

const namespaceOf = (code: string): string => {
  if (code === 'ValidationException') return VALIDATION;
  return code === 'SerializationException' || code === 'UnknownOperationException' ? CORAL_SERVICE : DYNAMODB;
};

/** An error response of DynamoDB. */
export class DynamoDbError extends AwsError {
  override readonly name = 'DynamoDbError';
  override readonly consequences: Consequences = PERMANENT;
  /** Members of the response besides the message, such as `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(code, message);
    this.members = members;
  }

  /** The name with its namespace, as in the `__type` of a response. */
  get type(): string {
    return `${namespaceOf(this.code)}${this.code}`;
  }
}

export const validationError = (message: string): DynamoDbError =>
  new DynamoDbError('ValidationException', message);

/** A ValidationException about the values in a request. */
export const invalidParameters = (reason: string): DynamoDbError =>
  validationError(`One or more parameter values were invalid: ${reason}`);

export const serializationError = (message: string): DynamoDbError =>
  new DynamoDbError('SerializationException', message);

export const tableNotFound = (message = 'Requested resource not found'): DynamoDbError =>
  new DynamoDbError('ResourceNotFoundException', message);
