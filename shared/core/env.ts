import { CAUSES } from './causes.ts';
import { AppError, type Consequences } from './errors.ts';

/** The environment variables of a function, as the template sets them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable that the stack should set is missing or invalid. The message names the variable, never its value. */
export class EnvironmentInvalid extends AppError {
  override readonly name = 'EnvironmentInvalid';
  override readonly consequences: Consequences = CAUSES.EnvironmentInvalid;
}

/** The value of `name`. Throws {@link EnvironmentInvalid} if it is missing or empty. */
export const requireEnv = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new EnvironmentInvalid(`No value for the required environment variable ${name}`);
  }
  return value;
};

/** The value of `name` as a number. Checks for a missing value first, because `Number('')` is 0. */
export const requireNumberEnv = (env: Env, name: string): number => {
  const value = Number(requireEnv(env, name));
  if (!Number.isFinite(value))
    throw new EnvironmentInvalid(`The environment variable ${name} must be a number`);
  return value;
};
