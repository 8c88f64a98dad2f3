import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

/** The anchors that GitHub makes of a page's headings. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(PAGES)('%s links to pages and headings that exist', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));
  const broken = links.filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
  expect(broken).toEqual([]);
});

// Decisions and the changelog name paths of their time; oura-api.md names paths of other repositories.
const CURRENT = PAGES.filter((page) => !/^docs\/(decisions\/|oura-api)|CHANGELOG/.test(page));

test.each(CURRENT)('%s names only paths that exist', (page) => {
  const paths = [
    ...read(page).matchAll(/`((?:cdk|shared|services|test|bench|docs|\.ci|\.github)\/[\w./*{},-]*)`/g),
  ].map(([, path = '']) => path);
  expect(paths.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
});

test.each(CURRENT)('%s names only scripts that exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('README has at most 1,500 words', () => {
  expect(read('README.md').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1500);
});

test('the index lists every page', () => {
  const index = read('docs/README.md');
  const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(pages.filter((page) => !index.includes(`(${relative('docs', page)})`))).toEqual([]);
});

describe('the import graph of docs/architecture.md', () => {
  /** The part of the code that a file belongs to: the unit of the graph. */
  const partOf = (path: string): string =>
    /^(cdk|shared\/[^/]+|services\/dashboard\/[^/]+|services\/[^/]+)\//.exec(path)?.[1] ?? path;

  const imports = new Map<string, Set<string>>();
  for (const file of globSync('{cdk,shared,services}/**/*.{ts,tsx}', { cwd: ROOT })) {
    const part = partOf(file);
    const targets = imports.get(part) ?? new Set();
    for (const [, target = ''] of read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const imported = partOf(join(dirname(file), target));
      if (imported !== part && /^(cdk|shared|services)/.test(imported)) targets.add(imported);
    }
    imports.set(part, targets);
  }

  /** Every part that `part` reaches, by way of others too. */
  const reachable = (part: string, seen = new Set<string>()): Set<string> => {
    for (const next of imports.get(part) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reachable(next, seen);
    }
    return seen;
  };

  test('has no cycle', () => {
    expect([...imports.keys()].filter((part) => reachable(part).has(part))).toEqual([]);
  });

  test('shows each import that does not follow from the others', () => {
    const arrows = [...imports].flatMap(([part, targets]) =>
      [...targets]
        .filter((target) => ![...targets].some((other) => other !== target && reachable(other).has(target)))
        .map((target) => `${part} --> ${target}`),
    );
    const [, diagram = ''] = /```mermaid\n(.*?)```/s.exec(read('docs/architecture.md')) ?? [];
    const names = new Map(
      [...diagram.matchAll(/^ *(\w+)\["?([^"\]]+)"?\]$/gm)].map(([, id = '', name = '']) => [id, name]),
    );
    const shown = [...diagram.matchAll(/^ *(\w+) --> (\w+)$/gm)].map(
      ([, from = '', to = '']) => `${names.get(from)} --> ${names.get(to)}`,
    );
    expect(shown.sort()).toEqual(arrows.sort());
  });
});
