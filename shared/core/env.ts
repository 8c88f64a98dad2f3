import { CAUSES } from './causes.ts';
import { AppError, type Consequences } from './errors.ts';

/** The environment of a function: what the template gives it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A setting that the stack should have given is missing or unusable. Names the variable, never a value. */
export class EnvironmentInvalid extends AppError {
  override readonly name = 'EnvironmentInvalid';
  override readonly consequences: Consequences = CAUSES.EnvironmentInvalid;
}

/** The value of `name`. Throws {@link EnvironmentInvalid} where it is missing or empty. */
export const requireEnv = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new EnvironmentInvalid(`No value for the required environment variable ${name}`);
  }
  return value;
};

/** The value of `name` as a number. "Missing" is tested before "not a number". */
export const requireNumberEnv = (env: Env, name: string): number => {
  const value = Number(requireEnv(env, name));
  if (!Number.isFinite(value))
    throw new EnvironmentInvalid(`The environment variable ${name} must be a number`);
  return value;
};
