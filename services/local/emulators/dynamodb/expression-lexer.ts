type TokenKind = 'name' | 'value' | 'word' | 'index' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written, empty at the end. */
  readonly text: string;
  /** Where the token starts and ends in the expression. */
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<index>\d+)|(?<symbol><>|<=|>=|[=<>()[\],.+-]))/y;
const KINDS = ['name', 'value', 'word', 'index', 'symbol'] as const;

const matchToken = (text: string, position: number): Token | undefined => {
  TOKEN.lastIndex = position;
  const groups = TOKEN.exec(text)?.groups;
  const kind = KINDS.find((each) => groups?.[each] !== undefined);
  const found = kind && groups?.[kind];
  if (kind === undefined || found === undefined) return undefined;
  return { kind, text: found, start: TOKEN.lastIndex - found.length, end: TOKEN.lastIndex };
};

const syntaxError = (text: string, token: string, from: number, to: number): string =>
  `Syntax error; token: "${token}", near: "${text.slice(from, to)}"`;

/** Splits an expression into tokens, the last of kind `end`. Throws the text of a syntax error through `fail`. */
export const tokenize = (text: string, fail: (message: string) => never): readonly Token[] => {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    const token = matchToken(text, position);
    if (!token) break;
    tokens.push(token);
    position = token.end;
  }
  const rest = text.slice(position).search(/\S/);
  if (rest >= 0) {
    const at = position + rest;
    fail(syntaxError(text, text.slice(at, at + 1), tokens.at(-1)?.start ?? at, at + 2));
  }
  return [...tokens, { kind: 'end', text: '', start: text.length, end: text.length }];
};

/** Describes an unexpected token with its neighbours. */
export const unexpected = (text: string, tokens: readonly Token[], index: number): string => {
  const token = tokens[index] ?? { text: '', start: text.length, end: text.length };
  const from = tokens[index - 1]?.start ?? token.start;
  const to = tokens[index + 1]?.end ?? text.length;
  return syntaxError(text, token.text === '' ? '<EOF>' : token.text, from, to);
};
