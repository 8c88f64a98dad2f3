import { accessSync, constants } from 'node:fs';
import { devNull, homedir, tmpdir } from 'node:os';

// What libraries read from the environment, in one place. A command on this machine calls no AWS, so nothing that the user has
// set for AWS may change it: the SDK refuses a junk value, and its clients follow AWS_USE_FIPS_ENDPOINT and the like even to
// loopback. A command with --aws keeps all of it.

/** The SDK and Powertools read these, and no others: a test greps their packages. */
const OF_AWS = /^(AWS_|POWERTOOLS_)|^(LOG_LEVEL|_X_AMZN_TRACE_ID)$/;

/** Removes the user's settings for AWS from `env`, also those in the files of ~/.aws. */
export const forgetAwsSettings = (env: NodeJS.ProcessEnv): void => {
  for (const name of Object.keys(env)) if (OF_AWS.test(name)) delete env[name];
  env['AWS_CONFIG_FILE'] = devNull;
  env['AWS_SHARED_CREDENTIALS_FILE'] = devNull;
};

/** A home for a user that the system does not know: Node and the SDK throw without one. No one else can write to it. */
export const ensureHome = (env: NodeJS.ProcessEnv): void => {
  try {
    homedir();
  } catch {
    env['HOME'] = '/';
  }
};

/** Uses `folder` for temporary files if those of the system cannot be written. */
export const ensureTemporaryFolder = (env: NodeJS.ProcessEnv, folder: string): void => {
  try {
    accessSync(tmpdir(), constants.W_OK);
  } catch {
    env['TMPDIR'] = folder;
  }
};

/** The environment as the user set it, for programs of the user that a command starts. */
export const GIVEN: Readonly<NodeJS.ProcessEnv> = { ...process.env };
