/** How every table looks: plain borders, no colour, so that a pipe gets what a terminal shows. */
export const TABLE_STYLE = { style: { head: [], border: [], compact: true } };
