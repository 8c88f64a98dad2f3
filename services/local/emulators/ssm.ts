import { DataFolderBroken } from '../data-folder/errors.ts';
import { AwsError, type AwsService, jsonService, textField } from './aws-json.ts';

/** A standard parameter: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const MAX_VALUE_CHARACTERS = 4096;

/** SecureString parameters by name. A function is called at each read. */
export type Secrets = Readonly<Record<string, string | (() => string)>>;

/** A parameter in the data folder, read again for each call because `npm run connect` writes it too. */
export interface KeptParameter {
  /** `undefined` if the stack has no such parameter. */
  readonly name: string | undefined;
  /** Returns `undefined` if there is no value. */
  readonly read: () => string | undefined;
  readonly write: (value: string) => void;
}

/**
 * Creates the part of SSM that the functions use: `GetParameter` and `PutParameter` of the stored SecureStrings, and
 * `GetParameter` of `secrets`, which take precedence and are never written to disk.
 */
export const createSsm = (secrets: Secrets, kept: readonly KeptParameter[] = []): AwsService => {
  const given = (name: string) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined);
  const findKept = (name: string) => kept.find((each) => each.name === name);
  /** An unreadable file is access denied, as in AWS. Any other error is a failure of the service. */
  const readKept = (name: string): string | undefined => {
    try {
      return findKept(name)?.read();
    } catch (error: unknown) {
      throw error instanceof DataFolderBroken ? new AwsError('AccessDeniedException', error.message) : error;
    }
  };
  return jsonService({
    GetParameter: (input) => {
      const name = textField(input, 'Name');
      const secret = given(name) ?? readKept(name);
      if (secret === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found`);
      const plain = typeof secret === 'function' ? secret() : secret;
      // AWS returns the encrypted value here, but there is none on this machine.
      if (input['WithDecryption'] !== true) {
        throw new AwsError('ValidationException', `${name} is a SecureString: set WithDecryption`);
      }
      return { Parameter: { Name: name, Type: 'SecureString', Value: plain, Version: 1 } };
    },

    PutParameter: (input) => {
      const name = textField(input, 'Name');
      const value = textField(input, 'Value');
      if (given(name) !== undefined) {
        throw new AwsError('ValidationException', `${name} was given to this process and cannot be replaced`);
      }
      const parameter = findKept(name);
      if (parameter === undefined)
        throw new AwsError('ValidationException', `${name} cannot be stored on this machine`);
      if (input['Type'] !== 'SecureString') {
        throw new AwsError('ValidationException', `${name} is a secret: set Type to SecureString`);
      }
      if (value.length > MAX_VALUE_CHARACTERS) {
        throw new AwsError(
          'ValidationException',
          `Standard tier parameters support a maximum parameter value of ${MAX_VALUE_CHARACTERS} characters.`,
        );
      }
      if (input['Overwrite'] !== true && readKept(name) !== undefined) {
        throw new AwsError('ParameterAlreadyExists', `Parameter ${name} exists: set Overwrite`);
      }
      parameter.write(value);
      return { Version: 1, Tier: 'Standard' };
    },
  });
};
