/** The one account and region of this machine, as in the ARNs that fauxqs and dynalite make. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** The ARN of a resource of this machine. */
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** The last part of an ARN (or of a plain name): here always a logical ID. */
export const nameInArn = (text: string): string => text.slice(text.lastIndexOf(':') + 1);
