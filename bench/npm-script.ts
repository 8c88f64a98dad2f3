import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MANIFEST: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
);

/** The arguments of node in an npm script, so that a measurement takes the same options as users do. */
export const nodeArguments = (script: 'start' | 'backfill'): string[] =>
  MANIFEST.scripts[script]?.split(' ').slice('exec node'.split(' ').length) ?? [];
