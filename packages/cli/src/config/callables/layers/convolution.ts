import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d } from '@descent/core';
import {
  type Argument,
  COUNT,
  or,
  PADDING,
  PADDING_1D,
  PADDING_3D,
  SIDES_1D,
  SIDES_2D,
  SIZE,
  SIZE_3D,
  WHOLE,
} from '../../argument.ts';
import { callable, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const taking = (size: Argument) => ({ inChannels: COUNT, outChannels: COUNT, kernelSize: size });
const moving = (size: Argument, padding: Argument) => ({
  stride: or(size, 1),
  padding: or(padding, 0),
  dilation: or(size, 1),
  groups: or(COUNT, 1),
  bias: YES,
});

export const CONVOLUTION: LayerTable<'conv1d' | 'conv2d' | 'conv3d' | 'convTranspose1d' | 'convTranspose2d'> = {
  conv2d: callable(conv2d, taking(SIZE), moving(SIZE, PADDING)),
  conv1d: callable(conv1d, taking(COUNT), moving(COUNT, PADDING_1D)),
  conv3d: callable(conv3d, taking(SIZE_3D), moving(SIZE_3D, PADDING_3D)),
  convTranspose1d: callable(convTranspose1d, taking(COUNT), {
    ...moving(COUNT, SIDES_1D),
    outputPadding: or(WHOLE, 0),
  }),
  convTranspose2d: callable(convTranspose2d, taking(SIZE), {
    ...moving(SIZE, SIDES_2D),
    outputPadding: or(SIDES_2D, 0),
  }),
};
