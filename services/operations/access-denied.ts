const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
]);

/** Whether AWS denied access because the caller lacks a permission. */
export const isDenied = (error: unknown): boolean => error instanceof Error && DENIED.has(error.name);
