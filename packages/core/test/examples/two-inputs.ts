import { conv2d, flatten, type Layer, layer, linear, maxPool2d, type Node, relu, sequential } from '@descent/core';
import { concat } from '@descent/core/ops';

/** A picture and some numbers about it. */
export type PictureAndNumbers = { readonly picture: Node; readonly numbers: Node };

export const twoInputs: Layer<PictureAndNumbers> = layer(
  'twoInputs',
  {
    see: sequential(conv2d(1, 4, 3), relu(), maxPool2d(2), flatten()),
    read: sequential(linear(3, 8), relu()),
    decide: linear(4 * 3 * 3 + 8, 3),
  },
  ({ picture, numbers }: PictureAndNumbers, { see, read, decide }) => decide(concat([see(picture), read(numbers)], 1)),
);
