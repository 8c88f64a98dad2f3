import { type AttributeValue, attributeOf, type Item, setAttribute } from './attribute-values.ts';
import type { Path } from './document-path.ts';

/** The paths to keep, as a tree. A node without branches keeps the whole value. */
type Branches = Map<string | number, Branches>;

const treeOf = (paths: readonly Path[]): Branches => {
  const root: Branches = new Map();
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next: Branches = node.get(step) ?? new Map();
      node.set(step, next);
      node = next;
    }
  }
  return root;
};

const pick = (value: AttributeValue, branches: Branches): AttributeValue | undefined => {
  if (branches.size === 0) return value;
  if ('M' in value) {
    const M = pickAttributes(value.M, branches);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!('L' in value)) return undefined;
  const indexes = [...branches].filter(([step]) => typeof step === 'number') as [number, Branches][];
  const members = indexes
    .sort(([a], [b]) => a - b)
    .flatMap(([index, branch]) => {
      const member = value.L[index];
      return (member && pick(member, branch)) ?? [];
    });
  return members.length > 0 ? { L: members } : undefined;
};

const pickAttributes = (item: Item, branches: Branches): Item => {
  const picked: Item = {};
  for (const [step, branch] of branches) {
    const value = typeof step === 'string' ? attributeOf(item, step) : undefined;
    const kept = value && pick(value, branch);
    if (kept && typeof step === 'string') setAttribute(picked, step, kept);
  }
  return picked;
};

/** Returns a function that keeps only the values at `paths`. Picked members of a list move together. */
export const projectionOf = (paths: readonly Path[]): ((item: Item) => Item) => {
  const tree = treeOf(paths);
  return (item) => pickAttributes(item, tree);
};
