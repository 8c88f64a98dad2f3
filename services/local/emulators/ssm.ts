import { DataFolderBroken } from '../data-folder/errors.ts';
import { AwsError, type AwsService, jsonService, textField } from './aws-json.ts';

/** SecureString parameters by name that this process was given. A function is asked at each read. */
export type Secrets = Readonly<Record<string, string | (() => string)>>;

/** A parameter that is kept in the data folder: what is in it is read anew each time, since `npm run connect` writes it too. */
export interface KeptParameter {
  readonly name: string;
  /** undefined where there is none. */
  readonly read: () => string | undefined;
  readonly write: (value: string) => void;
}

/**
 * The part of SSM that the functions use: `GetParameter` and `PutParameter` of one SecureString that is kept, and
 * `GetParameter` of `secrets`, which take precedence and are never written to disk.
 */
export const createSsm = (secrets: Secrets, kept?: KeptParameter): AwsService => {
  const given = (name: string) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined);
  /** A file that its owner keeps from us is what AWS calls denied; anything else is a failure of this service. */
  const readKept = (): string | undefined => {
    try {
      return kept?.read();
    } catch (error: unknown) {
      throw error instanceof DataFolderBroken ? new AwsError('AccessDeniedException', error.message) : error;
    }
  };
  return jsonService({
    GetParameter: (input) => {
      const name = textField(input, 'Name');
      const secret = given(name) ?? (name === kept?.name ? readKept() : undefined);
      if (secret === undefined) throw new AwsError('ParameterNotFound', `There is no parameter ${name}`);
      const plain = typeof secret === 'function' ? secret() : secret;
      // What AWS encrypts it never shows undecrypted; here there is nothing encrypted to show instead.
      if (input['WithDecryption'] !== true) {
        throw new AwsError('ValidationException', `${name} is a SecureString: ask WithDecryption`);
      }
      return { Parameter: { Name: name, Type: 'SecureString', Value: plain, Version: 1 } };
    },

    PutParameter: (input) => {
      const name = textField(input, 'Name');
      const value = textField(input, 'Value');
      if (given(name) !== undefined) {
        throw new AwsError('ValidationException', `${name} was given to this process: it is kept nowhere`);
      }
      if (name !== kept?.name)
        throw new AwsError('ValidationException', `${name} is not kept on this machine`);
      if (input['Type'] !== 'SecureString') {
        throw new AwsError('ValidationException', `${name} holds a secret: its Type must be SecureString`);
      }
      if (input['Overwrite'] !== true && readKept() !== undefined) {
        throw new AwsError('ParameterAlreadyExists', `There is a parameter ${name}: give Overwrite`);
      }
      kept.write(value);
      return { Version: 1, Tier: 'Standard' };
    },
  });
};
