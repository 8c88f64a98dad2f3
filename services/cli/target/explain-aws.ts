import { isDenied } from '../../operations/access-denied.ts';
import { UsageError } from '../usage-error.ts';

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const REJECTED = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
];
const UNREACHABLE = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH'];

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

/** Explains a missing login, region, permission or stack as `fact: remedy`; undefined for any other error. */
export const explainAws = (error: unknown, stackName: string): UsageError | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return /expired/i.test(message)
      ? new UsageError('The AWS login has expired: log in again.')
      : new UsageError('No AWS credentials were found: log in, or set AWS_PROFILE.');
  }
  if (/^Region (is missing|not accepted)/.test(message))
    return new UsageError('No usable AWS region is set: set AWS_REGION.');
  if (EXPIRED.includes(name)) return new UsageError('The AWS login has expired: log in again.');
  if (REJECTED.includes(name)) {
    return new UsageError('AWS does not accept these credentials: log in again, or set another AWS_PROFILE.');
  }
  if (isDenied(error)) return new UsageError(`AWS denies access: ${message.replaceAll(/\s+/g, ' ').trim()}`);
  if (name === 'ValidationError' && message.includes('does not exist')) {
    return new UsageError(
      `There is no stack ${stackName} in this account and region: run npm run deploy first, or choose another stack with --stack.`,
    );
  }
  if (UNREACHABLE.includes(codeOf(error)) || name === 'TimeoutError') {
    return new UsageError('AWS cannot be reached: check the network and AWS_REGION.');
  }
  return undefined;
};
