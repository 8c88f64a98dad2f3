/**
 * Whether `text` is printable ASCII without spaces, as ids, secrets and tokens are: anything else could not be sent in a
 * header, and the error would repeat it.
 */
export const isOneWord = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
