import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import { isOfTheMachine, refusalSentence, systemReason } from '../../../shared/core/system-reason.ts';

/** A call in one of AWS's JSON protocols. */
export interface AwsCall {
  /** The header `X-Amz-Target`: `<service>.<operation>`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AwsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AwsService = (call: AwsCall) => Promise<AwsReply>;

/** An error response of an AWS operation. The SDK throws it as the exception `code`. */
export class AwsError extends AppError {
  override readonly name: string = 'AwsError';
  override readonly consequences: Consequences = PERMANENT;
  readonly code: string;
  /** The older name of the error, which SQS clients read from x-amzn-query-error. */
  readonly queryCode: string;

  constructor(code: string, message: string, queryCode = code) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
  }
}

type Output = object | Promise<object>;
export type Operation = (input: Readonly<Record<string, unknown>>) => Output;
/** An operation that also reads the headers of a call. */
export type CallOperation = (input: Readonly<Record<string, unknown>>, call: AwsCall) => Output;

const JSON_TYPE = 'application/x-amz-json-1.0';

const errorReply = (error: unknown): AwsReply => {
  const aws = error instanceof AwsError;
  const [code, queryCode] = aws ? [error.code, error.queryCode] : ['InternalFailure', 'InternalFailure'];
  const message = isOfTheMachine(error) ? refusalSentence(error) : systemReason(error);
  return {
    status: aws ? 400 : 500,
    headers: {
      'content-type': JSON_TYPE,
      'x-amzn-errortype': code,
      'x-amzn-query-error': `${queryCode};${aws ? 'Sender' : 'Receiver'}`,
    },
    body: JSON.stringify({ __type: code, message }),
  };
};

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object in a text; undefined if there is none. */
export const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const NOT_AN_OBJECT = 'The body of the request is not a JSON object';

const parseInput = (body: string): Record<string, unknown> => {
  const input = parseObject(body === '' ? '{}' : body);
  if (input) return input;
  throw new AwsError('SerializationException', NOT_AN_OBJECT);
};

/** The name of the operation in `X-Amz-Target`. */
export const operationOf = ({ target }: Pick<AwsCall, 'target'>): string =>
  target.slice(target.indexOf('.') + 1);

export const unsupported = (name: string): string =>
  `The local runtime does not support the operation ${name}`;

/** Creates a service from its operations by name. */
export const jsonService =
  (operations: Readonly<Record<string, CallOperation>>): AwsService =>
  async (call) => {
    try {
      const name = operationOf(call);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new AwsError('UnknownOperationException', unsupported(name));
      const output = await operation(parseInput(call.body), call);
      return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(output) };
    } catch (error: unknown) {
      return errorReply(error);
    }
  };

/** Returns a required text field. */
export const textField = (input: Readonly<Record<string, unknown>>, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('ValidationException', `${name} is required and must be text`);
};

/** Returns an optional text field. */
export const optionalText = (input: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  input[name] === undefined || input[name] === null ? undefined : textField(input, name);
