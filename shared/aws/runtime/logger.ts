import { Logger } from '@aws-lambda-powertools/logger';
import { describeError, type ErrorDescription } from '../../core/errors.ts';
import type { Log, LogFields } from '../../core/log.ts';

/**
 * Errors are logged as class and sentence only. Powertools would write out every property of an error and of its
 * causes, and those of an axios error include the Authorization header.
 */
const errorField = (error: unknown): { error?: ErrorDescription } =>
  error === undefined ? {} : { error: describeError(error) };

const wrap = (logger: Logger, fields: LogFields): Log => ({
  info: (message, more) => logger.info(message, { ...fields, ...more }),
  warn: (message, more, error) => logger.warn(message, { ...fields, ...more, ...errorField(error) }),
  error: (message, more, error) => logger.error(message, { ...fields, ...more, ...errorField(error) }),
  with: (more) => wrap(logger, { ...fields, ...more }),
});

/** The logger of a function. `console` is where its lines go; absent: standard output. */
export const createLog = (service: string, console?: Console): Log => {
  const logger = new Logger({ serviceName: service });
  redirect(logger, console);
  return wrap(logger, {});
};

/**
 * Sends what a Powertools object prints to `console`. Powertools makes a Console of its own for standard output and
 * offers no option for another; one machine needs it, where standard output belongs to the user.
 */
export const redirect = (powertool: object, console: Console | undefined): void => {
  if (console) Object.assign(powertool, { console });
};
