/** The data of a log line: identifiers, counts and names. No health value, no token, no raw error. */
export type LogFields = Readonly<
  Record<
    string,
    string | number | boolean | null | undefined | readonly string[] | Readonly<Record<string, number>>
  >
>;

/** A structured logger: one JSON line per call. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields, error?: unknown): void;
  error(message: string, fields?: LogFields, error?: unknown): void;
  /** Returns a logger that adds `fields` to each of its lines. */
  with(fields: LogFields): Log;
}
