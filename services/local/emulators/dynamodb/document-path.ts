import { type AttributeValue, attributeOf, type Item } from './attribute-values.ts';

/** The way to a value in an item: attribute names and list indexes, the first a name. */
export type Path = readonly [string, ...(string | number)[]];

export const showPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

/** Returns the member of a map or a list. */
export const memberOf = (value: AttributeValue, step: string | number): AttributeValue | undefined => {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value ? attributeOf(value.M, step) : undefined;
};

/** Returns the value at a path, `undefined` if there is none. */
export const valueAt = (item: Item, [name, ...steps]: Path): AttributeValue | undefined => {
  let value = attributeOf(item, name);
  for (const step of steps) {
    if (value === undefined) return undefined;
    value = memberOf(value, step);
  }
  return value;
};

/** Whether two paths cannot be used together. Throws nothing: returns the reason. */
const clashOf = (one: Path, other: Path): 'overlap' | 'conflict' | undefined => {
  const shared = Math.min(one.length, other.length);
  for (let index = 0; index < shared; index++) {
    if (typeof one[index] !== typeof other[index]) return 'conflict';
    if (one[index] !== other[index]) return undefined;
  }
  return 'overlap';
};

/** Returns the message of DynamoDB if two of the paths are the same, contain each other, or need both a map and a list. */
export const pathClash = (paths: readonly Path[]): string | undefined => {
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const clash = clashOf(earlier, path);
      if (clash)
        return `Two document paths ${clash} with each other; must remove or rewrite one of these paths; path one: ${showPath(earlier)}, path two: ${showPath(path)}`;
    }
  }
  return undefined;
};
