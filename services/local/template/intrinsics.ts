import { UnsupportedTemplate } from './errors.ts';
import type { TemplateValue } from './parse-template.ts';

/** Resolves the names of a stack. Each returns `undefined` if the name is unknown. */
export interface Names {
  /** `Ref` of a resource, a parameter or a pseudo parameter. */
  ref(name: string): TemplateValue | undefined;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): TemplateValue | undefined;
}

const known = <T>(value: T | undefined, intrinsic: string, place: string): T => {
  if (value === undefined) throw new UnsupportedTemplate(intrinsic, place);
  return value;
};

const textOf = (value: TemplateValue, intrinsic: string, place: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnsupportedTemplate(`${intrinsic} of a value that is not text`, place);
};

const listOf = (
  value: TemplateValue | undefined,
  intrinsic: string,
  place: string,
): readonly TemplateValue[] => {
  if (!Array.isArray(value)) throw new UnsupportedTemplate(`${intrinsic} without a list`, place);
  return value;
};

const attributeOf = (argument: TemplateValue, names: Names, place: string): TemplateValue => {
  const path = typeof argument === 'string' ? argument.split('.') : listOf(argument, 'Fn::GetAtt', place);
  const [logicalId, ...attribute] = path.map((part) => textOf(part, 'Fn::GetAtt', place));
  const name = attribute.join('.');
  return known(names.attribute(logicalId ?? '', name), `Fn::GetAtt ${logicalId}.${name}`, place);
};

/** `${!Literal}` becomes `${Literal}`. `${Name}` is a variable, else a Ref; `${Id.Attribute}` is a GetAtt. */
const substitute = (argument: TemplateValue, names: Names, place: string): string => {
  const [text, given] = typeof argument === 'string' ? [argument, {}] : listOf(argument, 'Fn::Sub', place);
  const variables = resolve(given ?? {}, names, place) as Record<string, TemplateValue>;
  return textOf(text ?? null, 'Fn::Sub', place).replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return textOf(variables[name] ?? null, 'Fn::Sub', place);
    const value = name.includes('.')
      ? attributeOf(name, names, place)
      : known(names.ref(name), `Ref ${name}`, place);
    return textOf(value, 'Fn::Sub', place);
  });
};

type Intrinsic = 'Ref' | `Fn::${'GetAtt' | 'Sub' | 'Join' | 'Split' | 'Select'}`;
type Resolve = (argument: TemplateValue, names: Names, place: string) => TemplateValue;

const INTRINSICS: Readonly<Record<Intrinsic, Resolve>> = {
  Ref: (argument, names, place) => {
    const name = textOf(argument, 'Ref', place);
    return known(names.ref(name), `Ref ${name}`, place);
  },
  'Fn::GetAtt': attributeOf,
  'Fn::Sub': substitute,
  'Fn::Join': (argument, names, place) => {
    const [delimiter, parts] = listOf(argument, 'Fn::Join', place);
    return listOf(resolve(parts ?? null, names, place), 'Fn::Join', place)
      .map((part) => textOf(part, 'Fn::Join', place))
      .join(textOf(delimiter ?? null, 'Fn::Join', place));
  },
  'Fn::Split': (argument, names, place) => {
    const [delimiter, text] = listOf(resolve(argument, names, place), 'Fn::Split', place);
    return textOf(text ?? null, 'Fn::Split', place).split(textOf(delimiter ?? null, 'Fn::Split', place));
  },
  'Fn::Select': (argument, names, place) => {
    const [index, list] = listOf(resolve(argument, names, place), 'Fn::Select', place);
    const values = listOf(list, 'Fn::Select', place);
    return known(values[Number(index)], `Fn::Select ${String(index)}`, place);
  },
};

const isIntrinsic = (name: string): name is Intrinsic => Object.hasOwn(INTRINSICS, name);

/**
 * Resolves every intrinsic function in `value`. Throws {@link UnsupportedTemplate} for an unknown function, name or
 * attribute.
 * @param place the path of the value in the template, for the error
 */
export const resolve = (value: TemplateValue, names: Names, place: string): TemplateValue => {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, names, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    if (!isIntrinsic(first[0])) throw new UnsupportedTemplate(first[0], place);
    return INTRINSICS[first[0]](first[1], names, place);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, names, `${place}.${key}`)]));
};
