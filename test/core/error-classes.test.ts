import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { CAUSES } from '../../shared/core/causes.ts';
import { AppError } from '../../shared/core/errors.ts';

/** Classes of shared/ and of the functions that are never stored with a run, date or message, and why. */
const NEVER_STORED: Readonly<Record<string, string>> = {
  AppError: 'the base',
  OuraFailure: 'the base of the answers of Oura',
  AttemptFailed: 'http.ts replaces it by the failure that it carries',
  CopyRejected: 'keeps a message on the dead-letter queue; log-error only logs it',
  Requeued: 'returns a message to its queue; the ledger holds its cause',
  InvalidSchedule: 'thrown where settings are read, before anything runs',
  RequestsSpent: 'ends the watch of a morning; thrown inside one module',
  SubscriptionFailed: 'shown by the commands; the planner only logs it',
  SleepRecordInvalid: 'thrown by scans, which only the commands make',
};

/** Causes without a class, and their writers. */
const WITHOUT_CLASS: Readonly<Record<string, string>> = {
  WorkerCrashed: 'log-error writes it for a message without an answer',
  'States.Timeout': 'the state machine',
};

interface ErrorClass {
  readonly name: string;
  readonly file: string;
  readonly base: string;
  readonly isExported: boolean;
  readonly isAbstract: boolean;
  /** The source of each property's initial value. */
  readonly fields: Readonly<Record<string, string | undefined>>;
}

const sources = ['cdk', 'shared', 'services'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file)),
);

const classesOf = (file: string): ErrorClass[] => {
  const found: ErrorClass[] = [];
  const text = readFileSync(file, 'utf8');
  if (!/\bclass\b/.test(text)) return found;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2024, true);
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
        ?.types[0];
      const modifiers = new Set(
        ts.canHaveModifiers(node) ? ts.getModifiers(node)?.map(({ kind }) => kind) : [],
      );
      found.push({
        name: node.name?.text ?? `a class without a name in ${file}`,
        file,
        base: base?.expression.getText() ?? '',
        isExported: modifiers.has(ts.SyntaxKind.ExportKeyword),
        isAbstract: modifiers.has(ts.SyntaxKind.AbstractKeyword),
        fields: Object.fromEntries(
          node.members
            .filter(ts.isPropertyDeclaration)
            .map((member) => [member.name.getText(), member.initializer?.getText()]),
        ),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const classes = sources.flatMap(classesOf);
const baseOf = new Map(classes.map(({ name, base }) => [name, base]));
/** The classes from `name` up to one that is not ours. */
const lineage = (name: string): string[] => {
  const base = baseOf.get(name);
  return base === undefined ? [name] : [name, ...lineage(base)];
};
const errors = classes.filter(({ name }) => /(Error|Exception)$/.test(lineage(name).at(-1) ?? ''));
const concrete = errors.filter(({ isAbstract }) => !isAbstract);
const isDeployed = ({ file }: ErrorClass) =>
  /^(shared|services\/(planner|worker|log-error|summary|receiver|watcher))\//.test(file);

test('finds the error classes', () => {
  expect(errors.length).toBeGreaterThan(40);
  expect(new Set(errors.map(({ name }) => name)).size).toBe(errors.length);
});

test.each(concrete.map((each) => [each.name, each] as const))(
  '%s extends the base, under its own name and with its consequences',
  async (name, { file, isExported, fields }) => {
    expect(lineage(name)).toContain(AppError.name);
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(['name', 'consequences']));
    // TaskFailed takes the name that the state machine compares; names of Step Functions begin with States.
    if (fields['name'] !== undefined) expect([`'${name}'`, `'States.${name}'`]).toContain(fields['name']);
    if (!isExported) return;
    const module: Record<string, unknown> = await import(resolve(file));
    expect((module[name] as { prototype: unknown }).prototype).toBeInstanceOf(AppError);
  },
);

test.each(errors.filter(isDeployed).map((each) => [each.name, each] as const))(
  '%s has its entry in the registry of causes, or is never stored',
  (name, { fields }) => {
    if (NEVER_STORED[name] === undefined) expect(fields['consequences']).toBe(`CAUSES.${name}`);
    expect(Object.hasOwn(CAUSES, name)).toBe(NEVER_STORED[name] === undefined);
  },
);

test('every cause of the registry has a writer', () => {
  const written = [...errors.filter(isDeployed).map(({ name }) => name), ...Object.keys(WITHOUT_CLASS)];
  expect(Object.keys(CAUSES).filter((name) => !written.includes(name))).toEqual([]);
});
