import { ValueError } from '../errors.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { patternOf } from '../optimizers/groups.ts';
import { describeValue, didYouMean, expectOptions, notWhatWasWanted } from '../options.ts';
import { joined } from './_tree.ts';

/** Some layers of a network; of both, those that fit both. */
export interface Selection {
  /** What they are: the first word of their label, such as `'conv2d'`. */
  readonly kind?: string;
  /** Where they stand: a regular expression on paths such as `features.0`, or its text. It may match anywhere in a path. */
  readonly match?: RegExp | string;
}

/** A layer of a network, and where it stands; the network itself stands at the empty path. */
export interface Selected {
  readonly path: string;
  readonly layer: AnyLayer;
}

/**
 * The layers of a network by kind or by path, from the outside in, in the order of their parts.
 *
 * @example select(net, { kind: 'conv2d', match: /^features/ }).map(({ path }) => path)
 * @throws ValueError that lists kinds or paths, where there is none.
 */
export function select(model: AnyLayer, what: Selection): readonly Selected[] {
  expectLayer('model', model);
  const fits = selector(what);
  const all = allIn('', model);
  const found = all.filter(fits);
  if (found.length > 0) return found;
  const kinds = [...new Set(all.map(({ layer }) => kindOf(layer)))];
  const paths = all.map(({ path }) => path).filter((path) => path !== '');
  throw new ValueError(`the network has no such layer${what.kind === undefined ? '' : didYouMean(what.kind, kinds)}`, {
    received: [
      ...(what.kind === undefined ? [] : [`kind '${what.kind}'`]),
      ...(what.match === undefined ? [] : [`match ${String(what.match)}`]),
    ].join(', '),
    expected: [
      ...(what.kind === undefined ? [] : [`a kind among ${kinds.join(', ')}`]),
      ...(what.match === undefined ? [] : [`a pattern for some of ${shortened(paths)}`]),
    ].join(', and '),
  });
}

/** Whether a layer is among those that `what` says. */
export function selector(what: Selection): (layer: Selected) => boolean {
  expectOptions('the selection', what, ['kind', 'match']);
  const { kind, match } = what;
  if (kind === undefined && match === undefined) {
    throw new ValueError('the selection says nothing', {
      received: describeValue(what),
      expected: "{ kind: 'conv2d' } or { match: /^features/ }, or both",
    });
  }
  if (kind !== undefined && (typeof kind !== 'string' || kind === ''))
    throw notWhatWasWanted('the selection.kind', kind, { what: 'the name of a layer', example: "'conv2d'" });
  const pattern = match === undefined ? undefined : patternOf('the selection.match', match);
  return ({ path, layer }) =>
    (kind === undefined || kindOf(layer) === kind) && (pattern === undefined || path.search(pattern) !== -1);
}

/** The name of a layer without its sizes: `conv2d` of `conv2d(1 → 6)`. */
export function kindOf({ label }: AnyLayer): string {
  return /^[\p{L}\p{N}_$-]+/u.exec(label)?.[0] ?? label;
}

/** `layer`, which stands at `path`, and all layers inside it, from the outside in. */
export function allIn(path: string, layer: AnyLayer): readonly Selected[] {
  const inside = [...(layer.children ?? [])].flatMap(([name, child]) => allIn(joined(path, name), child));
  return [{ path, layer }, ...inside];
}

const MOST_PATHS = 40;

function shortened(paths: readonly string[]): string {
  if (paths.length === 0) return '(it has no layers inside)';
  const more = paths.length - MOST_PATHS;
  return `${paths.slice(0, MOST_PATHS).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
