import { createRequire } from 'node:module';
import { AppError, type Consequences, INCORRECT } from '../shared/core/errors.ts';

/** esbuild or its program for this machine is not installed. */
class EsbuildMissing extends AppError {
  override readonly name = 'EsbuildMissing';
  override readonly consequences: Consequences = INCORRECT;

  constructor() {
    super('esbuild, which bundles the functions, is not installed for this machine: run npm ci');
  }
}

/** Throws {@link EsbuildMissing} if functions cannot be bundled: the CDK would try Docker, and fail with its error. */
export const checkEsbuild = (load: NodeJS.Require = createRequire(import.meta.url)): void => {
  try {
    (load('esbuild') as typeof import('esbuild')).transformSync('');
  } catch {
    throw new EsbuildMissing();
  }
};
