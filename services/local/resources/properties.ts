import { number, type ObjectSchema } from 'yup';

export const count = () => number().integer().min(0);

/** Rejects fields that are not in the schema of a nested property. */
export const closed = <S extends ObjectSchema<object>>(schema: S): S => schema.noUnknown() as S;

/** Reasons why a property has no effect on one machine. */
export const IGNORED = {
  name: 'the logical ID is the name',
  access: 'one machine has one user, who has all permissions',
  encryption: 'the data folder is readable by its owner only',
  inventory: 'nothing on one machine reads it',
  tracing: 'all functions run in one process',
} as const;
