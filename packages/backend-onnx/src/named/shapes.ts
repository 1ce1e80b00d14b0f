import type { Node } from '@descent/core/backend';
import type { PadCall, PixelShuffleCall, ResizeCall } from '@descent/core/ops';
import { floats } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Inputs } from './known.ts';
import { operator, type WriteOperator } from './operator.ts';

const PAD_MODES = { reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

export function pad(n: Node, { mode, before, after }: PadCall, { x }: Inputs, opset: number): Node | null {
  if (mode === 'circular' && opset < 19) return null;
  return operator('Pad', [x as Node], n, { mode: PAD_MODES[mode] }, { pads: [...before, ...after] });
}

/** Counts are an input of the operator. */
export const writePad: WriteOperator = ([x], { attributes, more, output }, { builder: b }) =>
  b.add('Pad', [x as Value, b.ints((more as { readonly pads: readonly number[] }).pads)], output, attributes);

export function pixelShuffle(n: Node, { factor }: PixelShuffleCall, { x }: Inputs): Node {
  return operator('DepthToSpace', [x as Node], n, { blocksize: factor, mode: 'CRD' });
}

export function resize(n: Node, { mode, alignCorners, scales }: ResizeCall, { x }: Inputs): Node {
  const nearest = { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  const linear = { mode, coordinate_transformation_mode: alignCorners ? 'align_corners' : 'half_pixel' };
  return operator('Resize', [x as Node], n, mode === 'nearest' ? nearest : linear, { scales });
}

/** Scales or sizes are inputs of the operator, behind one that only crops have. */
export const writeResize: WriteOperator = ([x], { attributes, more, output }, { builder: b }) => {
  const { scales } = more as Pick<ResizeCall, 'scales'>;
  const operands =
    scales === null
      ? [x as Value, null, null, b.dims(output.shape)]
      : [x as Value, null, floats(b, [scales.length], scales)];
  return b.add('Resize', operands, output, attributes);
};
