import type { Members } from './request.ts';

/**
 * Operations by name. Each runs at once, without a turn of the event loop in between, so that no other request comes
 * between its read and its write.
 */
export type Operations = Readonly<Record<string, (members: Members) => object>>;
