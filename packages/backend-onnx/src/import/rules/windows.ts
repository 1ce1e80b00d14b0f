import { BackendError } from '@descent/core';
import { hasAttribute, numbers, text } from '../attributes.ts';
import { type ImportedNode, nodeTitle } from '../graph.ts';

/** How windows move along the axes behind batch and channels: one number an axis; `pads` in front of each axis, then behind each. */
export interface Moves {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

/** The windows that the attributes of a node describe, over axes of `size`; `auto_pad` is resolved. */
export function movesOf(node: ImportedNode, size: readonly number[], kernel: readonly number[]): Moves {
  const ones = size.map(() => 1);
  const strides = perAxis(node, 'strides', ones);
  const dilations = perAxis(node, 'dilations', ones);
  const moves = { kernel, strides, dilations };
  const auto = autoPad(node);
  if (auto === 'VALID') return { ...moves, pads: [...size, ...size].map(() => 0) };
  if (auto === 'NOTSET')
    return {
      ...moves,
      pads: perAxis(
        node,
        'pads',
        [...size, ...size].map(() => 0),
      ),
    };
  const total = size.map((n, i) => {
    const stride = strides[i] as number;
    return Math.max(0, (Math.ceil(n / stride) - 1) * stride + reachOf(moves, i) - n);
  });
  return { ...moves, pads: halves(total, auto === 'SAME_UPPER') };
}

/** How far a window reaches along axis `i`. */
export function reachOf({ kernel, dilations }: Pick<Moves, 'kernel' | 'dilations'>, i: number): number {
  return (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
}

/** `total` in two parts, of which the odd one stands behind, or in front. */
export function halves(total: readonly number[], isOddBehind: boolean): readonly number[] {
  const before = total.map((t) => (isOddBehind ? Math.floor(t / 2) : Math.ceil(t / 2)));
  return [...before, ...total.map((t, i) => t - (before[i] as number))];
}

export type AutoPad = 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';

export function autoPad(node: ImportedNode): AutoPad {
  const found = text(node, 'auto_pad', 'NOTSET') || 'NOTSET';
  if (found === 'NOTSET' || found === 'VALID' || found === 'SAME_UPPER' || found === 'SAME_LOWER') return found;
  throw new BackendError('auto_pad is none that ONNX has', {
    path: nodeTitle(node),
    received: found,
    expected: 'NOTSET, VALID, SAME_UPPER or SAME_LOWER',
  });
}

/** A list attribute with as many whole numbers as `fallback`. */
export function perAxis(node: ImportedNode, name: string, fallback: readonly number[]): readonly number[] {
  const list = hasAttribute(node, name) ? numbers(node, name) : fallback;
  if (list.length === 0) return fallback;
  if (list.length === fallback.length && list.every(Number.isSafeInteger)) return list;
  throw new BackendError(`the attribute '${name}' does not fit the axes`, {
    path: nodeTitle(node),
    received: `[${list.join(', ')}]`,
    expected: `${fallback.length} whole numbers`,
  });
}
