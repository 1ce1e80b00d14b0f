import { ValueError } from '../errors.ts';
import { expectCount, expectKind, expectOptions } from '../options.ts';
import type { Words } from './describe.ts';
import { laidOut } from './layout.ts';
import type { Edge, Item } from './level.ts';
import { boxWidthFor, markup } from './markup.ts';
import { countText, oneLine } from './text.ts';

/** One thing in the picture of a graph. */
export interface GraphBox {
  /** Like that of no other box. */
  readonly key: string;
  /** In bold: `Conv`. */
  readonly kind: string;
  /** Behind it: `3×3`. */
  readonly detail?: string;
  readonly name?: string;
  /** In the second line, on the left. */
  readonly shape?: string;
  /** In the second line, on the right, where the box holds numbers. */
  readonly parameters?: string;
  /** Shown where someone points at the box. Default: its kind and its name. */
  readonly title?: string;
  /** Whether it is an input or an output of the whole, drawn as a pill with one line. Default: neither. */
  readonly end?: 'input' | 'output';
}

/** Something that goes from one box to another, by their keys. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface DrawGraphOptions {
  /** In an order in which each stands behind those that it depends on. */
  readonly boxes: readonly GraphBox[];
  readonly edges: readonly GraphEdge[];
  readonly title: string;
  /** For those who hear the picture. Default: the title. */
  readonly description?: string;
  /** The most boxes that are drawn, with four times as many edges. Default 300. */
  readonly maxBoxes?: number;
  /** The most that the picture is wide, in pixels: a wider one is scaled down. Default 960. */
  readonly width?: number;
}

const LINES = 4;

/**
 * A picture of any graph without circles, as the text of an SVG that looks like those of `drawModel`. Texts may come from anywhere: what they hold is
 * shown, never read as markup.
 * @throws ValueError for more boxes than `maxBoxes`, two boxes of one key, and an edge that leads back or to no box.
 */
export function drawGraph(options: DrawGraphOptions): string {
  expectOptions('drawGraph', options, ['boxes', 'edges', 'title', 'description', 'maxBoxes', 'width']);
  const { boxes, edges, title, description = title, maxBoxes = 300, width = 960 } = options;
  expectKind('drawGraph.boxes', boxes, 'list', "[{ key: 'a', kind: 'Conv' }]");
  expectKind('drawGraph.edges', edges, 'list', "[{ from: 'a', to: 'b' }]");
  expectKind('drawGraph.title', title, 'text', "'my network'");
  expectCount('drawGraph', 'maxBoxes', maxBoxes);
  expectCount('drawGraph', 'width', width, 120);
  if (boxes.length > maxBoxes || edges.length > LINES * maxBoxes) {
    throw new ValueError('drawGraph: the picture would have too many boxes or lines', {
      path: 'boxes',
      received: `${countText(boxes.length)} boxes and ${countText(edges.length)} lines`,
      expected: `at most ${countText(maxBoxes)} boxes, and ${LINES} times as many lines`,
      fix: 'draw a part of the graph, or give a larger maxBoxes',
    });
  }
  const places = new Map(boxes.map(({ key }, i) => [key, i]));
  if (places.size < boxes.length) throw wrongGraph('two boxes with one key', 'keys that differ');
  const items = boxes.map((box): Item & { readonly kind: 'box' } => ({
    kind: 'box',
    key: box.key,
    words: wordsOf(box),
    end: box.end === undefined ? null : box.end === 'input' ? 'entry' : 'exit',
  }));
  const words = (item: Item): Words => (item as Item & { readonly kind: 'box' }).words;
  const drawn = laidOut(
    { items: items.map((item) => ({ item, inside: null })), edges: edges.map((edge) => edgeOf(edge, places)) },
    boxWidthFor(items.filter(({ end }) => end === null).map(words)),
  );
  return markup(drawn, words, { title: oneLine(title), description: oneLine(description), width });
}

function wordsOf({ kind, detail = '', name = '', shape = '', parameters = '', title }: GraphBox): Words {
  const words = { kind, detail, name, shape, parameters, title: title ?? `${name} ${kind} ${detail}` };
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [key, oneLine(text)])) as unknown as Words;
}

function edgeOf({ from, to }: GraphEdge, places: ReadonlyMap<string, number>): Edge {
  const [start, end] = [places.get(from), places.get(to)];
  if (start === undefined || end === undefined) throw wrongGraph(`an edge from ${from} to ${to}`, 'keys of boxes');
  if (start >= end) throw wrongGraph(`an edge from ${from} back to ${to}`, 'boxes behind those that they depend on');
  return { from: start, fromPort: 0, to: end, toPort: 0, type: null };
}

function wrongGraph(received: string, expected: string): ValueError {
  return new ValueError('drawGraph was given something else than a graph', { received, expected });
}
