import type { ValidationError } from 'yup';

/** What is left out of a set without an optional attribute that is invalid. */
export const invalidValues = (name: string): string => `invalid values of ${name}`;

/** Why an item is not a set. yup's messages repeat the value and its type at length, so build a short one. */
export const invalidField = ({ path, type }: ValidationError): string => {
  if (!path) return 'not an item';
  if (type === 'bytes') return `${path} is too long`;
  return type === 'required' || type === 'optionality' ? `${path} is missing` : `${path} is invalid`;
};
