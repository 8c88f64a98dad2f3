import type { IncomingMessage, Server } from 'node:http';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';

/** An import of node:http would also load Node's fetch: 0.1 s of CPU time and 14 MB. */
export const { createServer } = process.getBuiltinModule('node:http');

/** Another program uses the port. */
export class PortInUse extends AppError {
  override readonly name = 'PortInUse';
  override readonly consequences: Consequences = INCORRECT;
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use by another program: choose another one`);
    this.port = port;
  }
}

/** Listens on 127.0.0.1 only, at `port` (0: any free port). Returns `http://127.0.0.1:<port>`. Throws {@link PortInUse}. */
export const listenOnLoopback = async (server: Server, port: number): Promise<string> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no TCP address');
  return `http://127.0.0.1:${address.port}`;
};

export interface BodyLimits {
  readonly maxBytes: number;
  /** A body that is no longer than this is accepted, however much is in progress. */
  readonly shortBytes: number;
  /** The bytes of all bodies in progress above which a longer body is refused. */
  readonly maxBytesInProgress: number;
}

/** What to do with a body, or with a request whose body is not accepted. */
export interface BodyUses<Result> {
  /** The bytes count as in progress until the result is there. */
  readonly use: (body: Buffer) => Result | Promise<Result>;
  readonly tooLong: () => Result;
  readonly busy: () => Result;
}

/** Reads the body of a request for `use`. Refuses it as soon as it is known to be too long. */
export const withBody = async <Result>(
  request: IncomingMessage,
  { maxBytes, shortBytes, maxBytesInProgress }: BodyLimits,
  inProgress: { bytes: number },
  { use, tooLong, busy }: BodyUses<Result>,
): Promise<Result> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLong();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      inProgress.bytes += chunk.length;
      if (bytes > maxBytes) return tooLong();
      if (bytes > shortBytes && inProgress.bytes > maxBytesInProgress) return busy();
      chunks.push(chunk);
    }
    return await use(Buffer.concat(chunks));
  } finally {
    inProgress.bytes -= bytes;
  }
};
