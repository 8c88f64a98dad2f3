/**
 * Whether `text` is printable ASCII without spaces, like ids, secrets and tokens. Anything else cannot be sent in a
 * header, and the error would repeat it.
 */
export const isOneWord = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
