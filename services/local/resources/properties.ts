import { number, type ObjectSchema } from 'yup';

/** A whole number that is not negative. */
export const count = () => number().integer().min(0);

/** A nested property that holds nothing but the fields of its schema. */
export const closed = <S extends ObjectSchema<object>>(schema: S): S => schema.noUnknown() as S;

/** Reasons why a property has no meaning on one machine. */
export const IGNORED = {
  name: 'the logical ID is the name',
  access: 'one machine has one user, who may do everything',
  encryption: 'the data folder is readable by its owner only',
  inventory: 'nothing on one machine reads it',
  tracing: 'one process needs no trace across services',
} as const;
