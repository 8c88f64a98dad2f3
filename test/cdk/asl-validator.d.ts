/** The part of asl-validator that the tests use. The package has no types. */
declare module 'asl-validator' {
  export default function aslValidator(definition: unknown): {
    readonly isValid: boolean;
    /** The text of all errors, joined by `separator`; empty if there are none. */
    errorsText(separator: string): string;
  };
}
