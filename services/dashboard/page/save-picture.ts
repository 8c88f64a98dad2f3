import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import { wrapText } from './wrap-text.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** The style of the page that a picture needs, because it does not have the style sheet. */
const LOOK = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
] as const;
const PADDING = 20;
const [TITLE_PX, TEXT_PX, LINE] = [18, 13, 1.45] as const;
/** Pixels of a PNG per pixel of the page: sharp in print and on every screen. */
const SCALE = 2;

/** A picture of the charts of an element. */
export interface Picture {
  readonly title: string;
  /** Sentences below the title. */
  readonly sentences: readonly string[];
  /** The name of the file, without extension. */
  readonly name: string;
}

/** The browser cannot draw a PNG. The message is a sentence for the user. */
class PictureFailed extends AppError {
  override readonly name = 'PictureFailed';
  override readonly consequences: Consequences = PERMANENT;
}

export type PictureFormat = 'svg' | 'png';

const create = (name: string, attributes: Readonly<Record<string, string | number>>, text?: string) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
};

/** A copy of a chart that looks the same without the page, and without what the pointer shows. */
const copyOf = (chart: SVGSVGElement): SVGSVGElement => {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const copies = copy.querySelectorAll('*');
  for (const [index, element] of [...chart.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(element);
    for (const property of LOOK) copies[index]?.setAttribute(property, style.getPropertyValue(property));
  }
  for (const part of copy.querySelectorAll('style, .pointed')) part.remove();
  return copy;
};

const TRANSPARENT = 'rgba(0, 0, 0, 0)';

/** The colour behind an element: its own, or that of the nearest element around it. */
const backgroundOf = (element: Element): string => {
  const { backgroundColor } = getComputedStyle(element);
  const around = element.parentElement;
  return backgroundColor === TRANSPARENT && around ? backgroundOf(around) : backgroundColor;
};

/** The parts of a caption, which the page sets apart by their style. */
const captionText = (caption: Element): string =>
  [...caption.childNodes]
    .map((part) =>
      part instanceof Element && part.matches('.legend')
        ? [...part.children].map(({ textContent }) => textContent.trim()).join(', ')
        : (part.textContent ?? '').trim(),
    )
    .filter((text) => text !== '')
    .join(' · ');

/** The charts of an element, one below the other with their captions, as SVG. */
const drawingOf = (element: Element, { title, sentences }: Picture): SVGElement => {
  const charts = [...element.querySelectorAll<SVGSVGElement>('.chart svg:not(.marked)')].filter(
    (chart) => chart.clientWidth > 0,
  );
  const width = Math.max(...charts.map((chart) => chart.clientWidth));
  const { color, fontFamily } = getComputedStyle(document.body);
  const drawing = create('svg', { xmlns: SVG, 'font-family': fontFamily, fill: color });
  const sheet = drawing.appendChild(create('rect', { fill: backgroundOf(element) }));
  let y = PADDING;
  const write = (text: string, size: number, weight: number): void => {
    for (const line of wrapText(text, width / size)) {
      y += Math.ceil(size * LINE);
      drawing.append(
        create(
          'text',
          { x: PADDING, y: y - Math.floor(size * (LINE - 1)), 'font-size': size, 'font-weight': weight },
          line,
        ),
      );
    }
  };
  write(title, TITLE_PX, 600);
  for (const sentence of sentences) write(sentence, TEXT_PX, 400);
  for (const chart of charts) {
    y += PADDING / 2;
    const caption = chart.closest('figure')?.querySelector('figcaption');
    if (caption) write(captionText(caption), TEXT_PX, 600);
    const copy = copyOf(chart);
    copy.setAttribute('x', String(PADDING));
    copy.setAttribute('y', String(y));
    drawing.append(copy);
    y += chart.clientHeight;
  }
  const size = { width: width + 2 * PADDING, height: Math.ceil(y + PADDING) };
  for (const [name, value] of Object.entries(size)) {
    drawing.setAttribute(name, String(value));
    sheet.setAttribute(name, String(value));
  }
  drawing.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  return drawing;
};

const rasterOf = async (text: string): Promise<Blob> => {
  const failed = (cause?: unknown) =>
    new PictureFailed('The browser could not draw the picture. Save it as SVG.', { cause });
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode().catch((cause: unknown) => {
    throw failed(cause);
  });
  const canvas = document.createElement('canvas');
  canvas.width = SCALE * image.naturalWidth;
  canvas.height = SCALE * image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(failed())), 'image/png');
  });
};

/**
 * Draws the charts of an element as a file: one below the other, each with the caption of its figure, in the colours of the page.
 * Rejects with {@link PictureFailed}.
 */
export const pictureOf = async (element: Element, picture: Picture, format: PictureFormat): Promise<Blob> => {
  const text = new XMLSerializer().serializeToString(drawingOf(element, picture));
  return format === 'svg' ? new Blob([text], { type: 'image/svg+xml' }) : rasterOf(text);
};
