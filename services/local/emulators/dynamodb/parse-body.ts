import { NOT_AN_OBJECT, parseObject } from '../aws-json.ts';
import { serializationError, validationError } from './errors.ts';
import type { Members } from './request.ts';

/** A smaller body takes a moment to parse, whatever it holds. */
const LARGE = 1024 * 1024;
/** A value has at most 32 levels of two brackets, in at most 10 brackets of a request. */
const MAX_DEPTH = 100;
/** The shortest value with brackets is `{"L":[]},`: two in nine characters. */
const MIN_CHARACTERS_PER_BRACKET = 4;

/**
 * Rejects a large body that JSON.parse would take seconds and hundreds of megabytes for: it is nested too deeply, or it
 * consists of brackets.
 */
const checkLargeBody = (body: string): void => {
  let depth = 0;
  let brackets = 0;
  for (let at = 0; at < body.length; at++) {
    switch (body.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(body, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        brackets++;
        if (++depth > MAX_DEPTH) throw validationError('Nesting Levels have exceeded supported limits');
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  if (brackets * MIN_CHARACTERS_PER_BRACKET > body.length)
    throw serializationError('The body of the request has too many brackets');
};

const BACKSLASH = 0x5c;

/** The position of the closing quotation mark of a string. */
const endOfString = (body: string, start: number): number => {
  for (let end = body.indexOf('"', start + 1); end >= 0; end = body.indexOf('"', end + 1)) {
    let before = end - 1;
    while (body.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return body.length;
};

/** Returns the members of a request. Throws a SerializationException if the body is not a JSON object. */
export const parseBody = (body: string): Members => {
  if (body.length > LARGE) checkLargeBody(body);
  const input = parseObject(body);
  if (input) return input;
  throw serializationError(NOT_AN_OBJECT);
};
