import { ValueError } from '../errors.ts';
import type { Tree } from '../ir/tree.ts';
import type { AnyLayer } from '../layers/layer.ts';
import type { SampleType } from '../model/forward.ts';
import { expectCount, expectFlag, expectKind, expectOptions } from '../options.ts';
import { descriptionOf, type Words, wordsOf } from './describe.ts';
import { factsOf } from './facts.ts';
import { extentOf, laidOut, type OpenLevel, opened } from './layout.ts';
import { type Item, type Level, levelsIn, outermost } from './level.ts';
import { boxWidthFor, markup } from './markup.ts';
import { countText, oneLine } from './text.ts';
import { traced } from './trace.ts';
import { wired } from './walk.ts';

export interface DrawModelOptions {
  /** What the network takes: the type of one sample, or of several by name, as in `summarize`. */
  readonly sample: Tree<SampleType>;
  /**
   * How many containers inside each other are open: 0 draws the network as one box, 1 the layers it consists of, 2 those inside of these, too. Default:
   * 2, and less where that would be more than `maxBoxes`.
   */
  readonly depth?: number;
  /** The most boxes that are drawn, with four times as many lines. Default 300. */
  readonly maxBoxes?: number;
  /** Whether equal blocks one behind the other are drawn once, with their number. Default true. */
  readonly fold?: boolean;
  /** The most that the picture is wide, in pixels: a wider one is scaled down. Default 960. */
  readonly width?: number;
  /** For those who hear the picture, and for tooltips. Default: the label of the network. */
  readonly title?: string;
}

const DEFAULT_DEPTH = 2;

/**
 * A picture of a network, as the text of an SVG: a box for each layer with its output shape and its number of parameters, containers around what is in
 * them, and an edge wherever a layer is given what another has computed. Edges are read from the graph, so that they show what happens in functions of
 * one's own, too. It takes the colour of the text around it, and as an image it follows the colour scheme.
 * @throws ShapeError or DTypeError, naming the layer, when the sample does not fit; ValueError for more boxes than `maxBoxes` at the `depth` asked for.
 */
export function drawModel(model: AnyLayer, options: DrawModelOptions): string {
  expectOptions('drawModel', options, ['sample', 'depth', 'maxBoxes', 'fold', 'width', 'title']);
  const { sample, depth, maxBoxes = 300, fold = true, width = 960, title } = options;
  if (depth !== undefined) expectCount('drawModel', 'depth', depth, 0);
  expectCount('drawModel', 'maxBoxes', maxBoxes);
  expectFlag('drawModel.fold', fold);
  expectCount('drawModel', 'width', width, 120);
  if (title !== undefined) expectKind('drawModel.title', title, 'text', "'my network'");
  const root = traced(model, sample);
  const levels = levelsIn(root, wired(root.outputs.map(({ node }) => node)));
  const facts = factsOf(levels);
  const at = (open: number): OpenLevel => {
    const isClosed = open === 0 || root.calls.length === 0;
    const level = isClosed ? outermost(root) : (levels.get(root) as Level);
    return opened(level, open - 1, levels, fold ? facts : null);
  };
  const shown = depth === undefined ? deepest(at, maxBoxes) : expectSmall(at(depth), maxBoxes, depth);
  const words = (item: Item): Words => wordsOf(item, facts);
  const said = layersOf(shown).map(words);
  return markup(laidOut(shown, boxWidthFor(said)), words, {
    title: oneLine(title ?? String(model.label)),
    description: descriptionOf(root, said, facts),
    width,
  });
}

/** As deep as is usual, and less for large networks. */
function deepest(at: (depth: number) => OpenLevel, maxBoxes: number): OpenLevel {
  for (let depth = DEFAULT_DEPTH; depth > 0; depth--) {
    const shown = at(depth);
    if (isSmall(shown, maxBoxes)) return shown;
  }
  return at(0);
}

/** Lines that a picture may have for each box; where every layer takes what all before it have given, they are what takes the room and the time. */
const LINES = 4;

function isSmall(shown: OpenLevel, maxBoxes: number): boolean {
  const { boxes, lines } = extentOf(shown);
  return boxes <= maxBoxes && lines <= LINES * maxBoxes;
}

function expectSmall(shown: OpenLevel, maxBoxes: number, depth: number): OpenLevel {
  if (isSmall(shown, maxBoxes)) return shown;
  const { boxes, lines } = extentOf(shown);
  throw new ValueError('drawModel: the picture would have too many boxes or lines', {
    path: 'depth',
    received: `depth ${depth}, ${countText(boxes)} boxes and ${countText(lines)} lines`,
    expected: `at most ${countText(maxBoxes)} boxes, and ${LINES} times as many lines`,
    fix: 'give a smaller depth, or a larger maxBoxes',
  });
}

/** What is drawn as boxes with two lines, and the headers of what is open. */
function layersOf({ items }: OpenLevel): readonly Item[] {
  return items.flatMap(({ item, inside }) => [
    ...(item.kind === 'call' ? [item] : []),
    ...(inside === null ? [] : layersOf(inside)),
  ]);
}
