// Networks whose inputs have axes of any size, as users write them.
import { conv2d, type Layer, layer, linear, maxPool2d, type Node, parameter, relu, sequential } from '@descent/core';
import {
  add,
  concat,
  div,
  gather,
  greaterEqual,
  iota,
  matmul,
  max,
  mean,
  mul,
  reshape,
  scalar,
  slice,
  softmax,
  split,
  transpose,
  where,
} from '@descent/core/ops';

export const VOCABULARY = 23;
const width = 8;

/** Attention that sees no later position: `[batch, time, 8] → [batch, time, 8]`. */
export const attention: Layer = layer(
  'attention',
  { qkv: linear(width, 3 * width), proj: linear(width, width) },
  (x, { qkv, proj }) => {
    const [batch, time] = x.type.shape as [number, number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, time, 2, width / 2]), [0, 2, 1, 3]);
    const [q, k, v] = split(qkv(x), [width, width, width], 2).map(byHead) as [Node, Node, Node];
    const seen = greaterEqual(reshape(iota(time), [time, 1]), iota(time));
    const scores = where(seen, div(matmul(q, k, { transposeB: true }), Math.sqrt(width / 2)), scalar(-1e9));
    return add(x, proj(reshape(transpose(matmul(softmax(scores), v), [0, 2, 1, 3]), [batch, time, width])));
  },
);

/** Tokens with a learned position each, for sequences of at most `longest`: `[batch, time] → [batch, time, 8]`. */
export const embedding = (longest: number): Layer =>
  layer(
    'embedding',
    { tokens: parameter([VOCABULARY, width]), positions: parameter([longest, width]) },
    (x, { tokens, positions }) => add(gather(tokens, x), slice(positions, { axis: 0, end: x.type.shape[1] as number })),
  );

export const languageModel = (longest: number): Layer =>
  sequential(embedding(longest), attention, attention, linear(width, VOCABULARY));

export const overTime: Layer = layer('overTime', {}, (x) => mean(x, { axes: [1] }));

export const classifier: Layer = sequential(
  layer('tokens', { tokens: parameter([VOCABULARY, width]) }, (x, { tokens }) => gather(tokens, x)),
  attention,
  overTime,
  linear(width, 3),
);

/** A picture of any size. A convolution with a stride rounds, and the groups need the rounded size. */
export const pictures: Layer = sequential(
  conv2d(1, 4, 3, { padding: 1, stride: 2 }),
  relu(),
  layer('groups', {}, (x) => {
    const [batch, channels, height, columns] = x.type.shape as [number, number, number, number];
    const groups = reshape(x, [batch, 2, (channels / 2) * height * columns]);
    const centered = add(groups, mul(mean(groups, { axes: [2], keepDims: true }), -1));
    return reshape(centered, [batch, channels, height, columns]);
  }),
  maxPool2d(2),
  layer('globalPool', {}, (x) => concat([mean(x, { axes: [2, 3] }), max(x, { axes: [2, 3] })], 1)),
  linear(8, 3),
);

export type WordsAndTimes = { readonly words: Node; readonly times: Node };

/** Two inputs that share an axis: `words [batch, time]`, `times [batch, time, 2]`. */
export const twoInputs: Layer<WordsAndTimes, { readonly each: Node; readonly all: Node }> = layer(
  'twoInputs',
  { embed: embedding(50), read: linear(2, width), mix: attention, tag: linear(width, 5), decide: linear(width, 2) },
  ({ words, times }: WordsAndTimes, { embed, read, mix, tag, decide }) => {
    const mixed = mix(add(embed(words), read(times)));
    return { each: tag(mixed), all: decide(mean(mixed, { axes: [1] })) };
  },
);
