import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../cdk/settings.ts';
import { parseTemplate, synthesize, type Template } from '../../services/local/template/parse-template.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** All inputs of a template: its sources, the settings, and the lock file for the version of the CDK. */
const SOURCES = [
  'cdk/**/*.ts',
  'services/*/deployment.ts',
  'shared/core/**/*.ts',
  'cdk.json',
  'package-lock.json',
];

const keyOf = (settings: Settings): string => {
  const hash = createHash('sha256').update(JSON.stringify([ROOT, settings]));
  for (const path of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort())
    hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
};

/**
 * Returns the template of the stack with `settings`. Loading the CDK takes each test file more than a second, so the template is
 * cached in the system's temporary folder under a hash of its inputs.
 */
export const stackTemplate = async (settings: Settings): Promise<Template> => {
  const file = join(tmpdir(), `oura-sync-template-${keyOf(settings)}.json`);
  if (existsSync(file)) return parseTemplate(JSON.parse(readFileSync(file, 'utf8')));
  const template = await synthesize(settings);
  const written = `${file}.${process.pid}`;
  writeFileSync(written, JSON.stringify(template));
  renameSync(written, file);
  return template;
};
