/** The account and region in the ARNs of the emulators. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** Returns the last part of an ARN or a plain name, which is a logical ID here. */
export const nameInArn = (text: string): string => text.slice(text.lastIndexOf(':') + 1);
