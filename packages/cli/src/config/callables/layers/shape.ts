import {
  flatten,
  identity,
  pad,
  permute,
  pixelShuffle,
  pixelUnshuffle,
  reshape,
  unflatten,
  upsample,
} from '@descent/core';
import { COUNT, FLAG, LIST, NUMBER, NUMBERS, oneOf, or, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

type Names =
  | 'flatten'
  | 'identity'
  | 'pad'
  | 'permute'
  | 'pixelShuffle'
  | 'pixelUnshuffle'
  | 'reshape'
  | 'unflatten'
  | 'upsample';

export const SHAPE: LayerTable<Names> = {
  flatten: callable(flatten),
  unflatten: callable(unflatten, { dim: WHOLE, sizes: LIST }),
  reshape: callable(reshape, { shape: LIST }),
  permute: callable(permute, { dims: LIST }),
  pad: callable(
    pad,
    { padding: NUMBERS },
    { mode: or(oneOf('constant', 'reflect', 'replicate', 'circular'), 'constant'), value: or(NUMBER, 0) },
  ),
  // `alignCorners` is not for the nearest pixel, so that it has no default of its own.
  upsample: callable(
    upsample,
    {},
    {
      scaleFactor: or(NUMBERS, 2),
      size: NUMBERS,
      mode: or(oneOf('nearest', 'linear', 'bilinear', 'trilinear'), 'nearest'),
      alignCorners: FLAG,
    },
  ),
  pixelShuffle: callable(pixelShuffle, { upscaleFactor: COUNT }),
  pixelUnshuffle: callable(pixelUnshuffle, { downscaleFactor: COUNT }),
  identity: callable(identity),
};
