import { UnknownIntrinsic } from './errors.ts';
import type { TemplateValue } from './parse-template.ts';

/** What CloudFormation would know of the stack: how names resolve. `undefined` where there is no such thing. */
export interface Names {
  /** `Ref` of a resource, a parameter or a pseudo parameter. */
  ref(name: string): TemplateValue | undefined;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): TemplateValue | undefined;
}

const known = <T>(value: T | undefined, intrinsic: string, place: string): T => {
  if (value === undefined) throw new UnknownIntrinsic(intrinsic, place);
  return value;
};

const textOf = (value: TemplateValue, intrinsic: string, place: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnknownIntrinsic(`${intrinsic} of something that is not text`, place);
};

const listOf = (
  value: TemplateValue | undefined,
  intrinsic: string,
  place: string,
): readonly TemplateValue[] => {
  if (!Array.isArray(value)) throw new UnknownIntrinsic(`${intrinsic} without a list`, place);
  return value;
};

const attributeOf = (argument: TemplateValue, names: Names, place: string): TemplateValue => {
  const path = typeof argument === 'string' ? argument.split('.') : listOf(argument, 'Fn::GetAtt', place);
  const [logicalId, ...attribute] = path.map((part) => textOf(part, 'Fn::GetAtt', place));
  const name = attribute.join('.');
  return known(names.attribute(logicalId ?? '', name), `Fn::GetAtt ${logicalId}.${name}`, place);
};

/** `${!Literal}` stands for `${Literal}`; `${Name}` is a Ref and `${Id.Attribute}` a GetAtt, unless given as variable. */
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

const INTRINSICS: Record<string, (argument: TemplateValue, names: Names, place: string) => TemplateValue> = {
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

/**
 * `value` with every intrinsic function resolved.
 * @param place where it stands in the template, for the error
 * Throws {@link UnknownIntrinsic} for a function, name or attribute that is not known here.
 */
export const resolve = (value: TemplateValue, names: Names, place: string): TemplateValue => {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, names, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return known(INTRINSICS[first[0]], first[0], place)(first[1], names, place);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, names, `${place}.${key}`)]));
};
