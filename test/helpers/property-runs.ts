/** Cases per property in `npm test`. The nightly suite sets PROPERTY_RUNS to 10,000. */
const USUAL_RUNS = 500;

const fromEnvironment = (name: string): number | undefined => {
  const text = process.env[name];
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new Error(`${name} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
};

const runs = fromEnvironment('PROPERTY_RUNS') ?? USUAL_RUNS;
/** fast-check takes a seed of 32 bits. */
const seed = fromEnvironment('PROPERTY_SEED') ?? Math.floor(Math.random() * 2 ** 31);

// Not console.log: Jest would add a stack trace to each line.
process.stderr.write(`Property tests with PROPERTY_RUNS=${runs} PROPERTY_SEED=${seed}\n`);

/** A mutant needs only the first failing case. The search for a smaller one runs a slow property many more times. */
const endOnFailure = process.env['PROPERTY_SHRINK'] === 'no';

interface PropertyRuns {
  readonly numRuns: number;
  readonly seed: number;
  readonly endOnFailure: boolean;
}

/**
 * The second argument of `fc.assert`: how many cases, from which seed. A slow property states fewer `usual` cases;
 * PROPERTY_RUNS raises them by the same factor.
 */
export const propertyRuns = (usual: number = USUAL_RUNS): PropertyRuns => ({
  numRuns: Math.ceil((usual * runs) / USUAL_RUNS),
  seed,
  endOnFailure,
});
