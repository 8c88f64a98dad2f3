/** Pounds in one kilogram: 1 / 0.45359237, from the definition of the pound since 1959. */
export const POUNDS_PER_KILOGRAM = 1 / 0.45359237;
