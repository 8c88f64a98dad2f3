import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readSettings, type Settings } from '../../../cdk/settings.ts';
import { parseTemplate, synthesize, type Template } from './parse-template.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Written by `npm run default-template`. */
export const DEFAULT_TEMPLATE_FILE = join(import.meta.dirname, 'default-template.json');

/** The settings of the default template: one machine does not wait minutes to try again. */
export const LOCAL_DEFAULTS = { retryBaseSeconds: 1 } as const;

/** Settings that occur in the template only as whole values, so that another value takes the place of the default one. */
const REPLACED = ['timeZone', 'ouraApiBaseUrl'] as const satisfies readonly (keyof Settings)[];

export interface DefaultTemplate {
  /** Of everything that the template is made from; see {@link fingerprintOf}. */
  readonly fingerprint: string;
  /** The modules of the stack, as paths within the repository. */
  readonly modules: readonly string[];
  /** The template that {@link LOCAL_DEFAULTS} synthesize. */
  readonly template: unknown;
}

/** Returns `entry` (a path within the repository) and the modules of the repository that it imports, sorted. */
export const modulesOf = (entry: string): string[] => {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const [, target = ''] of source.matchAll(/^(?:import|export|\}).*? from '(\.[^']+)'/gm)) {
      visit(relative(ROOT, join(ROOT, dirname(path), target)));
    }
  };
  visit(entry);
  return [...found].sort();
};

/**
 * Returns a fingerprint of the modules, the version of the CDK and the feature flags in cdk.json. It is undefined if one of
 * them cannot be read.
 */
export const fingerprintOf = (modules: readonly string[]): string | undefined => {
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  const json = (path: string) => JSON.parse(read(path)) as Record<string, Record<string, unknown>>;
  try {
    const hash = createHash('sha256').update(
      JSON.stringify([json('package.json')['dependencies']?.['aws-cdk-lib'], json('cdk.json')['context']]),
    );
    for (const path of modules) hash.update(`\n${path}\n${read(path)}`);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
};

const replaceValues = (value: unknown, replacements: ReadonlyMap<unknown, unknown>): unknown => {
  if (replacements.has(value)) return replacements.get(value);
  if (Array.isArray(value)) return value.map((each) => replaceValues(each, replacements));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, replaceValues(each, replacements)]),
  );
};

/**
 * Returns the template that `cdk deploy` would deploy with `settings`. The CDK, which takes 300 ms and 75 MB to load, is needed
 * only for a changed stack and for unusual settings.
 */
export const templateOf = async (settings: Settings): Promise<Template> =>
  defaultTemplate(settings) ?? synthesize(settings);

/**
 * Returns the template of `settings` without the CDK. Undefined if the stack has changed since the default template
 * was written, or if a setting needs another template.
 */
export const defaultTemplate = (settings: Settings): Template | undefined => {
  const replaced: readonly string[] = REPLACED;
  const defaults = readSettings(LOCAL_DEFAULTS);
  const names = new Set([...Object.keys(defaults), ...Object.keys(settings)]) as Set<keyof Settings>;
  const changed = [...names].filter((name) => settings[name] !== defaults[name]);
  if (!changed.every((name) => replaced.includes(name))) return undefined;

  const { fingerprint, modules, template } = JSON.parse(
    readFileSync(DEFAULT_TEMPLATE_FILE, 'utf8'),
  ) as DefaultTemplate;
  if (fingerprint !== fingerprintOf(modules)) return undefined;
  return parseTemplate(
    replaceValues(template, new Map(changed.map((name) => [defaults[name], settings[name]]))),
  );
};
