/** Plain borders and no colour, so that a pipe gets the same text as a terminal. */
export const TABLE_STYLE = { style: { head: [], border: [], compact: true } };
