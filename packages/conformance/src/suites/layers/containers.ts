import {
  batchNorm2d,
  branches,
  categoryEmbeddings,
  checkpoint,
  concat,
  conv2d,
  flatten,
  gelu,
  linear,
  maxPool2d,
  relu,
  residual,
  sequential,
  tensor,
} from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const CONTAINERS: readonly LayerCase[] = [
  [
    sequential(
      branches({ numbers: linear(3, 2), categories: categoryEmbeddings([{ size: 3, dim: 2 }]) }),
      concat(),
      linear(4, 2),
    ),
    { numbers: [2, 3], categories: tensor([[2], [0]], 'int32') },
  ],
  [sequential(conv2d(1, 2, 3), relu(), maxPool2d(2), flatten(), linear(8, 3)), [2, 1, 6, 6]],
  [sequential(checkpoint(sequential(conv2d(1, 2, 3), batchNorm2d(2), gelu())), checkpoint(relu())), [2, 1, 5, 5]],
  [checkpoint(sequential(residual(checkpoint(sequential(linear(3, 3), gelu()))), linear(3, 2))), [4, 3]],
];
