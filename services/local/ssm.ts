import { AwsError, type AwsService, jsonService, textField } from './aws-json.ts';

/** The SecureString parameters by name. A function is asked at each read. */
export type Secrets = Readonly<Record<string, string | (() => string)>>;

/** The part of SSM that the functions use: `GetParameter` of the given secrets. */
export const createSsm = (secrets: Secrets): AwsService =>
  jsonService({
    GetParameter: (input) => {
      const name = textField(input, 'Name');
      const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      if (secret === undefined) throw new AwsError('ParameterNotFound', `There is no parameter ${name}`);
      const plain = typeof secret === 'function' ? secret() : secret;
      // What AWS encrypts it never shows undecrypted; here there is nothing encrypted to show instead.
      if (input['WithDecryption'] !== true) {
        throw new AwsError('ValidationException', `${name} is a SecureString: ask WithDecryption`);
      }
      return { Parameter: { Name: name, Type: 'SecureString', Value: plain, Version: 1 } };
    },
  });
