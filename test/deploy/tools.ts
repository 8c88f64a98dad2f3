import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Children, CommandFailed } from './children.ts';

/** The latest version on PyPI on 2026-11-23. */
export const MINISTACK = '1.5.33';
/** AWS's own command line, for README's `aws` commands. */
const AWS_CLI = '1.46.3';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'deploy-proof');

/** A tool that the suite needs is missing on this machine or cannot be downloaded. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly retryable = false;
}

export interface Tools {
  /** The virtual environment of MiniStack. */
  readonly ministack: string;
  /** The virtual environment of the AWS CLI. It is separate because the two need different versions of botocore. */
  readonly aws: string;
}

/** Creates a virtual environment with one package, once. */
const virtualEnvironment = async (children: Children, name: string, version: string): Promise<string> => {
  const folder = join(CACHE, `${name}-${version}`);
  const done = join(folder, 'complete');
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return folder;
  await mkdir(CACHE, { recursive: true });
  const command = { env: process.env };
  await children.run('python3', ['-m', 'venv', '--clear', folder], command);
  const pip = ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
  await children.run(join(folder, 'bin', 'pip'), pip, command);
  await writeFile(done, '');
  return folder;
};

const reasonOf = (error: unknown): string => {
  if (error instanceof CommandFailed) return error.output.trimEnd().split('\n').at(-1) ?? error.message;
  return error instanceof Error ? error.message : String(error);
};

/** Installs the tools from PyPI. Throws {@link Unavailable} if Python, openssl or PyPI is missing. */
export const installTools = async (children: Children): Promise<Tools> => {
  const need = async (what: string, work: () => Promise<string>): Promise<string> => {
    try {
      return await work();
    } catch (error: unknown) {
      throw new Unavailable(`${what}: ${reasonOf(error)}`);
    }
  };
  const env = { env: process.env };
  await need('python3 is missing or older than 3.10', () =>
    children.run('python3', ['-c', 'import sys, venv; assert sys.version_info >= (3, 10), sys.version'], env),
  );
  await need('openssl is missing', () => children.run('openssl', ['version'], env));
  return {
    ministack: await need(`ministack ${MINISTACK} cannot be installed`, () =>
      virtualEnvironment(children, 'ministack', MINISTACK),
    ),
    aws: await need(`awscli ${AWS_CLI} cannot be installed`, () =>
      virtualEnvironment(children, 'awscli', AWS_CLI),
    ),
  };
};
