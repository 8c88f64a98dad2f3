import type { Page } from 'playwright-core';

/** What is wrong with the layout at a width. */
interface Layout {
  /** How far the page scrolls sideways, in pixels. */
  readonly overflow: number;
  /** Pairs of texts that overlap. */
  readonly overlaps: readonly string[];
  /** Controls that are too small to hit, with their size. */
  readonly small: readonly string[];
}

/**
 * Measures the page in the browser. Two texts overlap if their glyphs do, so a line is taken as two pixels lower and higher than
 * its box. A link in a sentence may be as small as its text (WCAG 2.2, 2.5.8). @param least the smallest side of a control
 */
const measure = (least: number): string => `(() => {
  const LINE = 2;
  const clipOf = (element) => {
    const clip = { left: 0, right: document.documentElement.clientWidth, top: -1e9, bottom: 1e9 };
    for (let parent = element; parent; parent = parent.parentElement) {
      if (!/auto|scroll|hidden/.test(getComputedStyle(parent).overflowX) || parent === document.body) continue;
      const box = parent.getBoundingClientRect();
      clip.left = Math.max(clip.left, box.left);
      clip.right = Math.min(clip.right, box.right);
    }
    return clip;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element.closest('style, script, title, .hidden, .tip')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = clipOf(element);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      const box = { left: Math.max(left, clip.left), right: Math.min(right, clip.right), top: top + LINE, bottom: bottom - LINE };
      if (box.right - box.left > 1 && box.bottom > box.top) texts.push({ ...box, node, text: text.slice(0, 40) });
    }
  }
  texts.sort((one, other) => one.top - other.top);
  const overlaps = new Set();
  for (const [at, one] of texts.entries()) {
    for (let next = at + 1; next < texts.length && texts[next].top < one.bottom; next++) {
      const other = texts[next];
      if (other.node === one.node) continue;
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1) overlaps.add(one.text + ' | ' + other.text);
    }
  }
  const small = [];
  for (const control of document.querySelectorAll('a[href], button, summary, select, input, [role=button], [role=slider], svg a')) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('.tip')) continue;
    const { width, height } = control.getBoundingClientRect();
    if (width === 0 || (width <= 1 && height <= 1)) continue;
    const isInText = getComputedStyle(control).display === 'inline' && control.tagName === 'A';
    if (!isInText && Math.min(width, height) < ${least} - 0.5)
      small.push(control.tagName + ' ' + (control.getAttribute('aria-label') ?? control.textContent).trim().slice(0, 40) + ' ' + Math.round(width) + '×' + Math.round(height));
  }
  return { overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth, overlaps: [...overlaps], small };
})()`;

/** Waits until each chart has been drawn for the present width, at most for two seconds of frames. */
const DRAWN = `new Promise((done) => {
  let frames = 120;
  const look = () => {
    const isDrawn = [...document.querySelectorAll('.chart svg')].every(
      (svg) => !svg.checkVisibility() || Number(svg.getAttribute('width')) === Math.floor(svg.closest('.chart').clientWidth),
    );
    if (isDrawn || --frames === 0) done();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})`;

/** Opens every list of the page. */
export const openLists = (page: Page): Promise<unknown> =>
  page.evaluate("for (const list of document.querySelectorAll('main details')) list.open = true");

/** Measures the layout of a page now. @param least the smallest side of a control, in pixels */
export const layoutOf = async (page: Page, least: number): Promise<Layout> => {
  await page.evaluate(DRAWN);
  return (await page.evaluate(measure(least))) as Layout;
};
