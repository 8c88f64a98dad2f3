// Before npm pack: writes dist, the modules in JavaScript, because Node strips no types from a package in node_modules.
// dist has the layout of the repository, so that every path in the code keeps its meaning.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import type { DefaultTemplate } from '../local/template/default-template.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = join(ROOT, 'dist');
const DEFAULT_TEMPLATE = 'services/local/template/default-template.json';

/** A path of a module in code or in a template, which begins with `./`, `../` or a folder of the repository. */
const MODULE_PATH = /(["'])((?:\.{1,2}|cdk|services|shared)\/[\w./-]+)\.tsx?\1/g;
const nameModules = (text: string): string => text.replaceAll(MODULE_PATH, '$1$2.js$1');

const write = (path: string, text: string): void => {
  const target = join(DIST, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
};

rmSync(DIST, { recursive: true, force: true });
for (const path of globSync('{cdk,services,shared}/**/*.{ts,tsx}', { cwd: ROOT })) {
  const { code } = await transform(readFileSync(join(ROOT, path), 'utf8'), {
    loader: path.endsWith('x') ? 'tsx' : 'ts',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  write(path.replace(/\.tsx?$/, '.js'), nameModules(code));
}
for (const path of ['package.json', 'cdk.json', ...globSync('services/**/*.css', { cwd: ROOT })])
  cpSync(join(ROOT, path), join(DIST, path));

// The CDK wants it to exist beside the functions. Here it only makes templates, and bundles none of them.
write('package-lock.json', '{}');

// The template is valid for the modules that it was made from, which have other names and texts in dist.
const template = JSON.parse(
  nameModules(readFileSync(join(ROOT, DEFAULT_TEMPLATE), 'utf8')),
) as DefaultTemplate;
const compiled: typeof import('../local/template/default-template.ts') = await import(
  pathToFileURL(join(DIST, 'services', 'local', 'template', 'default-template.js')).href
);
write(
  DEFAULT_TEMPLATE,
  JSON.stringify({ ...template, fingerprint: compiled.fingerprintOf(template.modules) ?? '' }),
);
