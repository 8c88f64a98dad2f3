/** The page size of our SQLite files in bytes. */
export const PAGE = 4096;

/** Changed bytes, a page replaced by another one, or a file that was cut off. Positions and lengths in bytes. */
export type Damage =
  | { readonly at: number; readonly bytes: Uint8Array }
  | { readonly at: number; readonly from: number }
  | { readonly length: number };

/** A damaged copy of the content of a file. */
export const damaged = (content: Buffer, damage: Damage): Buffer => {
  const bytes = Buffer.from(content);
  if ('length' in damage) return bytes.subarray(0, damage.length);
  if ('from' in damage) bytes.copy(bytes, damage.at, damage.from, damage.from + PAGE);
  else bytes.set(damage.bytes.subarray(0, bytes.length - damage.at), damage.at);
  return bytes;
};
