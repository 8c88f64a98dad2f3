/** Whether the process that served the data folder is gone, also if the next one uses its port, with other keys. */
export const isProcessGone = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'UnrecognizedClientException' || ('code' in error && error.code === 'ECONNREFUSED'));
