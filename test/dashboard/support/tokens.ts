/** Reads the custom properties of a style sheet for a colour scheme: those of `:root`, and in the dark those of its media rule. */
export const tokensOf = (css: string, scheme: 'light' | 'dark'): ((name: string) => string) => {
  const dark = /@media \(prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}/g;
  const inDark = [...css.matchAll(dark)].map(([, body = '']) => body);
  const inLight = [...css.replace(dark, '').matchAll(/(?:^|\n):root \{([^}]*)\}/g)].map(
    ([, body = '']) => body,
  );
  const blocks = scheme === 'dark' ? [...inLight, ...inDark] : inLight;
  const tokens = new Map(
    blocks.flatMap((body) =>
      [...body.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const),
    ),
  );
  return (name) => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`${name} is missing in the ${scheme} scheme`);
    return value;
  };
};

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
const luminance = (colour: string): number => {
  if (!/^#[0-9a-f]{6}$/.test(colour)) throw new Error(`${colour} is not #rrggbb`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** The contrast ratio of two colours (WCAG 2.2), from 1 to 21. */
export const contrast = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort(
    (first, second) => first - second,
  );
  return (lighter + 0.05) / (darker + 0.05);
};
