const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
]);

/** Whether AWS refused because the caller lacks a right, and for no other reason. */
export const isDenied = (error: unknown): boolean => error instanceof Error && DENIED.has(error.name);
