import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers of one history. */
export interface Random {
  /** Between 0 and 1. */
  uniform(): number;
  /** Mean 0, standard deviation 1 (Box and Muller 1958). */
  normal(): number;
  /** A stationary autoregression with mean 0 and standard deviation 1. */
  series(length: number, memory: number): number[];
}

export const randomFrom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    series: (length, memory) => {
      const fresh = Math.sqrt(1 - memory ** 2);
      let value = normal();
      return Array.from({ length }, (_, at) => {
        if (at > 0) value = memory * value + fresh * normal();
        return value;
      });
    },
  };
};
