import { Logger } from '@aws-lambda-powertools/logger';
import { describeError, type ErrorDescription } from '../../core/errors.ts';
import type { Log, LogFields } from '../../core/log.ts';

/**
 * Logs only the class and message of an error. Powertools would write every property of an error and of its causes, and
 * those of an axios error include the Authorization header.
 */
const errorField = (error: unknown): { error?: ErrorDescription } =>
  error === undefined ? {} : { error: describeError(error) };

const wrap = (logger: Logger, fields: LogFields): Log => ({
  info: (message, more) => logger.info(message, { ...fields, ...more }),
  warn: (message, more, error) => logger.warn(message, { ...fields, ...more, ...errorField(error) }),
  error: (message, more, error) => logger.error(message, { ...fields, ...more, ...errorField(error) }),
  with: (more) => wrap(logger, { ...fields, ...more }),
});

/** The logger of a function. Its lines go to `console`, or to standard output if it is undefined. */
export const createLog = (service: string, console?: Console): Log => {
  const logger = new Logger({ serviceName: service });
  redirect(logger, console);
  return wrap(logger, {});
};

/**
 * Sends the output of a Powertools object to `console`. Powertools creates its own Console for standard output and has
 * no option for another one. On one machine, standard output belongs to the user.
 */
export const redirect = (powertool: object, console: Console | undefined): void => {
  if (console) Object.assign(powertool, { console });
};
