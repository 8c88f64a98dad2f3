// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.

/** The names that this machine goes by to itself, as a URL's `hostname` writes them. */
export const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether `hostname` is one of loopback. Any other may be a name that somebody pointed at 127.0.0.1: DNS rebinding. */
export const isLoopback = (hostname: string): boolean => LOOPBACK_NAMES.includes(hostname);

/** Whether a secret may travel to `url`: plain http only where it does not leave the machine. */
export const keepsSecrets = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
