import { conv2d } from '@descent/core';
import { COUNT, or, PADDING, SIZE } from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const CONVOLUTION: LayerTable<'conv2d'> = {
  conv2d: callable(
    conv2d,
    { inChannels: COUNT, outChannels: COUNT, kernelSize: SIZE },
    { stride: or(SIZE, 1), padding: or(PADDING, 0), dilation: or(SIZE, 1), groups: or(COUNT, 1), bias: YES },
  ),
};
