import { typeText, type Words } from './describe.ts';
import { BOX_HEIGHT, type Box, type Drawing, HEADER, type Line } from './layout.ts';
import type { Item } from './level.ts';
import { escaped, fitting, widthOf } from './text.ts';
import type { Call } from './trace.ts';

/** Colours are those of the text around; what is trained has one of its own, in light and dark. */
const ACCENT = '#4a7fe5';
const PADDING = 14;
/** Room for text at the sides of a box. */
const [LEFT, RIGHT] = [18, 12];
const [LARGE, SMALL] = [13, 11.5];

export interface Page {
  readonly title: string;
  readonly description: string;
  /** The most that the picture is wide; it is scaled down to it. */
  readonly width: number;
}

/** How wide a box must be for all that it says, within limits. */
export function boxWidthFor(words: readonly Words[]): number {
  const needed = words.map(({ kind, detail, name, shape, parameters }) => {
    const first = widthOf(kind, LARGE, true) + gap(detail) + widthOf(detail, LARGE) + gap(name) + widthOf(name, SMALL);
    return Math.max(first, widthOf(shape, SMALL) + gap(parameters) + widthOf(parameters, SMALL));
  });
  const width = LEFT + RIGHT + needed.reduce((most, one) => Math.max(most, one), 0);
  return 2 * Math.ceil(Math.min(320, Math.max(176, width)) / 2);
}

/** The picture as the text of an SVG. */
export function markup(
  drawing: Drawing,
  words: (item: Item) => Words,
  { title, description, width: most }: Page,
): string {
  const [width, height] = [drawing.width + 2 * PADDING, drawing.height + 2 * PADDING];
  const scale = Math.min(1, most / width);
  const [boxes, lines] = flattened(drawing);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="descent-model" viewBox="${-PADDING} ${-PADDING} ${width} ${height}"`,
    ` width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" role="img" fill="none" font-family="${FONTS}">`,
    `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`,
    // On its own, or as an image, the picture has no text around it.
    '<style>:root.descent-model{color:#1b1c1f;color-scheme:light dark}',
    '@media(prefers-color-scheme:dark){:root.descent-model{color:#e9e9eb}}</style>',
    ...boxes.filter(({ inside }) => inside !== null).map((box) => frame(box, words(box.item))),
    '<g class="edges" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" opacity="0.5">',
    ...lines.map(edge),
    '</g>',
    ...boxes.filter(({ inside }) => inside === null).map((box) => closed(box, words(box.item))),
    '</svg>\n',
  ].join('');
}

const FONTS =
  'ui-sans-serif, system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, &quot;Noto Sans&quot;, &quot;Helvetica Neue&quot;, Arial, sans-serif';

function flattened({ boxes, lines }: Drawing): readonly [readonly Box[], readonly Line[]] {
  const inside = boxes.map((box) => (box.inside === null ? ([[], []] as const) : flattened(box.inside)));
  return [
    boxes.flatMap((box, i) => [box, ...(inside[i]?.[0] ?? [])]),
    [...lines, ...inside.flatMap(([, inner]) => inner)],
  ];
}

function edge({ from, to, edge: { type }, path, end: [x, y], hasHead }: Line): string {
  const title = type === null ? '' : `<title>${escaped(typeText(type))}</title>`;
  const head = hasHead ? `M${x - 4} ${y - 5.5}L${x} ${y - 0.7}L${x + 4} ${y - 5.5}` : '';
  return `<path class="edge" data-from="${keyText(from)}" data-to="${keyText(to)}" d="${path}${head}">${title}</path>`;
}

/** Keys are for programs; of those that are longer than any should be, both ends. */
function keyText({ key }: Item): string {
  return escaped(key.length <= 200 ? key : `${key.slice(0, 120)}…${key.slice(-60)}`);
}

function open(kind: string, { item }: Box, title: string): string {
  return `<g class="${kind}" data-key="${keyText(item)}"><title>${escaped(title)}</title>`;
}

function rect(x: number, y: number, width: number, height: number, radius: number, more: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" ${more}/>`;
}

const BORDER = 'stroke="currentColor" stroke-opacity="0.3"';

/** A container that is open. */
function frame(box: Box, words: Words): string {
  const { x, y, width, height } = box;
  const both = [words.detail, words.name].filter((text) => text !== '').join(' · ');
  return [
    open('frame', box, words.title),
    rect(x, y, width, height, 10, `${BORDER} fill="currentColor" fill-opacity="0.025"`),
    `<path d="M${x} ${y + HEADER}H${x + width}" ${BORDER}/>`,
    firstLine(box, { ...words, detail: both }, y + 20, words.parameters),
    '</g>',
  ].join('');
}

function closed(box: Box, words: Words): string {
  const { item } = box;
  if (item.kind === 'ops') return pill(box, words, 'ops');
  if (item.kind === 'box') return item.end !== null ? pill(box, words, item.end) : layerBox(box, words, null);
  if (item.kind === 'call' || item.kind === 'repeat')
    return layerBox(box, words, item.kind === 'call' ? item.call : null);
  return box.height > 20 ? pill(box, words, item.kind) : portName(box, words);
}

function layerBox(box: Box, words: Words, call: Call | null): string {
  const { item, x, y, width } = box;
  const isContainer = call !== null && call.calls.length > 0;
  const isStack = isContainer || (item.kind === 'call' && item.count > 1);
  const isTrained = words.parameters !== '';
  return [
    open(isContainer ? 'container' : 'layer', box, words.title),
    // A card behind the first one.
    isStack ? `<path d="M${x + 8} ${y + BOX_HEIGHT + 3.5}H${x + width - 4.5}a8 8 0 0 0 8 -8V${y + 8}" ${BORDER}/>` : '',
    rect(x, y, width, BOX_HEIGHT, 8, `${BORDER} fill="currentColor" fill-opacity="0.05"`),
    isTrained ? rect(x + 7, y + 10, 3, BOX_HEIGHT - 20, 1.5, `fill="${ACCENT}"`) : '',
    firstLine(box, words, y + 20, words.name),
    secondLine(box, words, y + 37),
    '</g>',
  ].join('');
}

/** What it is, and at the right end something small. */
function firstLine({ x, width }: Box, { kind, detail }: Words, y: number, right: string): string {
  const room = width - LEFT - RIGHT;
  const end = fitting(right, Math.max(room * 0.4, room - widthOf(kind, LARGE, true) - 3 * gap(right)), SMALL);
  const first = fitting(kind, room - gap(end) - widthOf(end, SMALL), LARGE, true);
  const rest = room - widthOf(first, LARGE, true) - gap(end) - widthOf(end, SMALL) - gap(detail);
  const more = first.endsWith('…') ? '' : fitting(detail, rest, LARGE);
  const tail = more === '' ? '' : `<tspan dx="6" font-weight="400" fill-opacity="0.75">${escaped(more)}</tspan>`;
  return [
    `<text x="${x + LEFT}" y="${y}" font-size="${LARGE}" font-weight="600" fill="currentColor">${escaped(first)}${tail}</text>`,
    end === '' ? '' : small(x + width - RIGHT, y, end, 'end'),
  ].join('');
}

function secondLine({ x, width }: Box, { shape, parameters }: Words, y: number): string {
  const room = width - LEFT - RIGHT;
  const end = fitting(parameters, room * 0.6, SMALL);
  const start = fitting(shape, room - gap(end) - widthOf(end, SMALL), SMALL);
  return `${small(x + LEFT, y, start, 'start')}${end === '' ? '' : small(x + width - RIGHT, y, end, 'end')}`;
}

function small(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" font-size="${SMALL}" text-anchor="${anchor}" fill="currentColor" fill-opacity="0.68">${escaped(text)}</text>`;
}

/** What a container computes by itself, or an input or output of the network. */
function pill(box: Box, { kind, shape, title }: Words, name: string): string {
  const { x, y, width, height } = box;
  const isOps = name === 'ops';
  const middle = x + width / 2;
  const baseline = y + height / 2 + 4;
  const look = isOps ? `${BORDER} stroke-dasharray="3 3"` : `${BORDER} fill="currentColor" fill-opacity="0.1"`;
  const room = width - 24;
  if (isOps) {
    return `${open(name, box, title)}${rect(x, y, width, height, height / 2, look)}${small(middle, baseline, fitting(kind, room + 4, SMALL), 'middle')}</g>`;
  }
  const end = fitting(shape, room * 0.6, SMALL);
  const start = fitting(kind, room - gap(end) - widthOf(end, SMALL), LARGE, true);
  const tail =
    end === ''
      ? ''
      : `<tspan dx="8" font-size="${SMALL}" font-weight="400" fill-opacity="0.68">${escaped(end)}</tspan>`;
  return `${open(name, box, title)}${rect(x, y, width, height, height / 2, look)}<text x="${middle}" y="${baseline + 0.5}" font-size="${LARGE}" font-weight="600" text-anchor="middle" fill="currentColor">${escaped(start)}${tail}</text></g>`;
}

/** The name of one of several inputs or outputs of an open container, where its line begins or ends. */
function portName(box: Box, { kind }: Words): string {
  const { item, x, y, width, height } = box;
  if (height === 0) return '';
  const text = fitting(kind, width - 4, 11);
  return `<text class="port" data-key="${keyText(item)}" x="${x + width / 2}" y="${y + 12}" font-size="11" text-anchor="middle" fill="currentColor" fill-opacity="0.68">${escaped(text)}</text>`;
}

function gap(text: string): number {
  return text === '' ? 0 : 10;
}
