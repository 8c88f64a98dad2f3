// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.

/** The names of this machine's loopback interface, as a URL's `hostname` writes them. */
export const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether `hostname` is a loopback name. An attacker can point any other name at 127.0.0.1 (DNS rebinding). */
export const isLoopback = (hostname: string): boolean => LOOPBACK_NAMES.includes(hostname);

/**
 * Whether a secret may be sent to `url`. Plain http is allowed only if the request does not leave the machine. A user or a
 * password is not: HTTP clients send it as Basic authorization, in place of the bearer token.
 */
export const keepsSecrets = ({ protocol, hostname, username, password }: URL): boolean =>
  (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) &&
  username === '' &&
  password === '';

/** What {@link keepsSecrets} requires, for messages. */
export const SECRET_URL = 'an https URL without user and password (http only on this machine)';
