/** The part of asl-validator that the tests use: it brings no types. */
declare module 'asl-validator' {
  export default function aslValidator(definition: unknown): {
    readonly isValid: boolean;
    /** One text of all errors, `separator` between them; empty where there are none. */
    errorsText(separator: string): string;
  };
}
