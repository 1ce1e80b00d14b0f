/** A line in a frame, in its own units; the lowest value of each axis is at the corner on the left below. */
export interface LinePicture {
  /** For readers of screens. */
  readonly label: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** The ends of both axes, and what stands there; without a text, nothing. */
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A place on the axis below that is marked by a line, and what stands there. */
  readonly mark?: { readonly x: number; readonly text: string } | undefined;
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly texts: readonly [from: string, to: string];
}

/** Room for the numbers: on the left, and below. */
const [LEFT, BELOW, EDGE] = [64, 22, 8];

/** The picture as the text of an SVG, in the colour of the text around it. Texts are numbers and words of ours, not of users. */
export function linePicture({ label, width, height, x, y, points, mark }: LinePicture): string {
  const share = (value: number, { from, to }: Axis): number => (value - from) / (to - from || 1);
  const across = (value: number): number => round(LEFT + share(value, x) * (width - LEFT - EDGE));
  const down = (value: number): number => round(EDGE + (1 - share(value, y)) * (height - EDGE - BELOW));
  const line = points.map((point) => `${across(point[0])},${down(point[1])}`).join(' ');
  const [bottom, right] = [down(y.from), across(x.to)];
  const text = (at: number, above: number, anchor: string, words: string): string =>
    words === '' ? '' : `<text x="${at}" y="${above}" text-anchor="${anchor}">${words}</text>`;
  const marked = mark === undefined ? undefined : { at: across(mark.x), text: mark.text };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"`,
    ` aria-label="${label}" fill="none" stroke="currentColor">`,
    `<path d="M${LEFT} ${EDGE}V${bottom}H${width - EDGE}" opacity="0.4"/>`,
    marked === undefined ? '' : `<path d="M${marked.at} ${EDGE}V${bottom}" stroke-dasharray="4 3" opacity="0.6"/>`,
    `<polyline points="${line}" stroke-width="2" stroke-linejoin="round"/>`,
    '<g fill="currentColor" stroke="none" font-family="sans-serif" font-size="12">',
    text(LEFT - 6, EDGE + 8, 'end', y.texts[1]),
    text(LEFT - 6, bottom, 'end', y.texts[0]),
    text(LEFT, height - 6, 'start', x.texts[0]),
    text(right, height - 6, 'end', x.texts[1]),
    marked === undefined ? '' : text(marked.at - 5, EDGE + 10, 'end', marked.text),
    '</g></svg>',
  ].join('');
}

function round(v: number): number {
  return Math.round(v * 10) / 10;
}

/** A number with three digits. */
export function short(v: number): string {
  return String(Number(v.toPrecision(3)));
}
