import { categoryEmbeddings, embedding, embeddingBag, tensor } from '@descent/core';
import type { LayerCase } from './layer-case.ts';

const bags = tensor(
  [
    [3, 1, 3],
    [2, 0, 0],
  ],
  'int32',
);

export const EMBEDDING: readonly LayerCase[] = [
  [
    embedding(5, 3),
    tensor(
      [
        [4, 0],
        [4, 2],
      ],
      'uint8',
    ),
  ],
  [embedding(5, 3, { paddingIdx: 0 }), bags],
  [embeddingBag(4, 3, { paddingIdx: 0 }), bags],
  [
    categoryEmbeddings([
      { size: 4, dim: 3 },
      { size: 2, dim: 1, paddingIdx: 0 },
      { size: 5, dim: 2 },
    ]),
    bags,
  ],
  [embeddingBag(4, 3, { mode: 'max', paddingIdx: 2 }), bags],
  [embedding(6, 3, { maxNorm: 0.8, scaleGradByFreq: true }), bags],
  [embeddingBag(4, 3, { mode: 'sum' }), { x: bags, lengths: tensor([2, 0], 'int32') }],
];
