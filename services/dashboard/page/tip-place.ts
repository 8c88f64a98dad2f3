/** A length in both directions, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A position in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** From the edge of the screen, and from what the tip points at. */
const EDGE = 8;
const GAP = 12;

/**
 * The top left corner of a tip, relative to its chart: centred above the spot, below it if there is no room above, and always
 * between the sides of the screen.
 * @param spot what the tip points at, relative to the chart
 * @param chart the top left corner of the chart on the screen
 */
export const tipPlace = (tip: Size, spot: Spot, chart: Spot, screen: Pick<Size, 'width'>): Spot => {
  const [first, last] = [EDGE - chart.x, screen.width - EDGE - tip.width - chart.x];
  const above = spot.y - GAP - tip.height;
  return {
    x: Math.max(first, Math.min(last, spot.x - tip.width / 2)),
    y: chart.y + above >= EDGE ? above : spot.y + GAP,
  };
};
