import { randomBytes } from 'node:crypto';
import type { PageKeys } from '../../dashboard/server/session.ts';
import { pageKeyFile } from '../../local/data-folder/secret-file.ts';

const draw = (): string => randomBytes(32).toString('hex');

const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Reads the key of a folder's cookies, or makes it. Another key ends the sessions, and costs nothing else. */
const keyOfFolder = (dataDir: string): string => {
  const file = pageKeyFile(dataDir);
  try {
    const kept = file.read() ?? '';
    if (isKey(kept)) return kept;
    const drawn = draw();
    file.write(drawn);
    return drawn;
  } catch {
    // It cannot be read or kept, for example on a read-only medium: the sessions end with this process.
    return draw();
  }
};

/** The keys of a page in this process. @param dataDir undefined: the page of a deployed stack, whose sessions end with this process */
export const pageKeys = (dataDir: string | undefined): PageKeys => ({
  cookieKey: dataDir === undefined ? draw() : keyOfFolder(dataDir),
  tokenKey: draw(),
});
