import {
  type AnyLayer,
  batchNorm2d,
  conv2d,
  convTranspose2d,
  dropout,
  embedding,
  flatten,
  identity,
  type Layer,
  layer,
  layerNorm,
  learnedPositions,
  linear,
  lstm,
  maxPool2d,
  type Node,
  parallel,
  parameter,
  relu,
  residual,
  type SampleType,
  sequential,
  sigmoid,
  tanh,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '../src/public/index.ts';
import {
  abs,
  add,
  broadcastTo,
  concat,
  mean,
  mul,
  relu as reluOf,
  reshape,
  scalar,
  scan,
  sub,
  transpose,
} from '../src/public/ops.ts';
import { resnetBlock } from './examples/resnet-block.ts';
import { transformerBlock } from './examples/transformer-block.ts';
import { twoInputs } from './examples/two-inputs.ts';
import { vae } from './examples/vae.ts';

export interface DrawnModel {
  readonly model: AnyLayer;
  readonly sample: SampleType | Readonly<Record<string, SampleType>>;
  readonly depth?: number;
}

const block = (from: number, to: number): Layer =>
  sequential(conv2d(from, to, 3, { padding: 1, bias: false }), batchNorm2d(to), relu());

/** Skips that go over a bottleneck, as in Ronneberger et al. 2015. */
const unet: Layer = layer(
  'unet',
  {
    down1: block(1, 8),
    pool1: maxPool2d(2),
    down2: block(8, 16),
    pool2: maxPool2d(2),
    bottom: block(16, 32),
    up2: convTranspose2d(32, 16, 2, { stride: 2 }),
    join2: block(32, 16),
    up1: convTranspose2d(16, 8, 2, { stride: 2 }),
    join1: block(16, 8),
    head: conv2d(8, 2, 1),
  },
  (x, p) => {
    const one = p.down1(x);
    const two = p.down2(p.pool1(one));
    const low = p.bottom(p.pool2(two));
    const up = p.join2(concat([two, p.up2(low)], 1));
    return p.head(p.join1(concat([one, p.up1(up)], 1)));
  },
);

const gpt: Layer = sequential(
  embedding(1000, 64),
  learnedPositions(32, 64),
  transformerEncoder(
    transformerEncoderLayer(64, 4, { causal: true, normFirst: true, activation: 'gelu' }),
    12,
    layerNorm(64),
  ),
  linear(64, 1000),
);

type Pair = { readonly left: Node; readonly right: Node };
/** One encoder for two pictures. */
const siamese: Layer<Pair> = layer(
  'siamese',
  { encode: sequential(flatten(), linear(64, 16), relu()), decide: linear(16, 1) },
  ({ left, right }: Pair, { encode, decide }) => decide(abs(sub(encode(left), encode(right)))),
);

/** A step with layers of its own, over time. */
const scanned: Layer = layer(
  'overTime',
  { cell: linear(3 + 8, 8), act: tanh(), out: linear(8, 2) },
  (x: Node, { cell, act, out }) => {
    const first = broadcastTo(scalar(0), [x.type.shape[0] as number, 8]);
    const { carry } = scan(first, transpose(x, [1, 0, 2]), (h: Node, now: Node) => ({
      carry: act(cell(concat([now, h], 1))),
    }));
    return out(carry);
  },
);

/** Squeeze and excitation inside of a residual block. */
const excited: Layer = layer(
  'excited',
  { inner: block(8, 8), squeeze: linear(8, 2), act: relu(), excite: linear(2, 8), gate: sigmoid() },
  (x: Node, p) => {
    const y = p.inner(x);
    const s = p.gate(p.excite(p.act(p.squeeze(mean(y, { axes: [2, 3] })))));
    const batch = x.type.shape[0] as number;
    return reluOf(add(x, mul(y, reshape(s, [batch, 8, 1, 1]))));
  },
);

const classToken: Layer = layer(
  'withToken',
  { token: parameter([1, 1, 16]), embed: linear(12, 16) },
  (x: Node, { token, embed }) => {
    const y = embed(x);
    return concat([broadcastTo(token, [y.type.shape[0] as number, 1, 16]), y], 1);
  },
);

export const DRAWN_MODELS = {
  mlp: {
    model: sequential(flatten(), linear(784, 128), relu(), dropout(0.5), linear(128, 10)),
    sample: { shape: [1, 28, 28], dtype: 'float32' },
  },
  lenet: {
    model: sequential(
      conv2d(1, 6, 5, { padding: 2 }),
      relu(),
      maxPool2d(2),
      conv2d(6, 16, 5),
      relu(),
      maxPool2d(2),
      flatten(),
      linear(400, 120),
      relu(),
      linear(120, 84),
      relu(),
      linear(84, 10),
    ),
    sample: { shape: [1, 28, 28] },
  },
  resnet: {
    model: sequential(
      block(3, 16),
      residual(sequential(block(16, 16), conv2d(16, 16, 3, { padding: 1 }))),
      residual(sequential(block(16, 32), conv2d(32, 32, 3, { padding: 1 })), { shortcut: conv2d(16, 32, 1) }),
      resnetBlock(32),
      flatten(),
      linear(32 * 64, 10),
    ),
    sample: { shape: [3, 8, 8] },
  },
  unet: { model: unet, sample: { shape: [1, 16, 16] }, depth: 1 },
  unetOpen: { model: unet, sample: { shape: [1, 16, 16] } },
  twoInputs: { model: twoInputs, sample: { picture: { shape: [1, 8, 8] }, numbers: { shape: [3] } } },
  siamese: { model: siamese, sample: { left: { shape: [64] }, right: { shape: [64] } } },
  parallel: {
    model: sequential(
      linear(8, 16),
      relu(),
      parallel({
        mean: linear(16, 2),
        logVariance: linear(16, 2),
        kind: sequential(linear(16, 8), relu(), linear(8, 5)),
      }),
    ),
    sample: { shape: [8] },
  },
  gpt: { model: gpt, sample: { shape: [32], dtype: 'int32' } },
  gptDeep: { model: gpt, sample: { shape: [32], dtype: 'int32' }, depth: 3 },
  decoder: {
    model: transformerDecoderLayer(16, 2),
    sample: { tgt: { shape: [5, 16] }, memory: { shape: [7, 16] } },
  },
  ownBlock: { model: sequential(transformerBlock(16, 4), linear(16, 3)), sample: { shape: [5, 16] } },
  recurrent: {
    model: sequential(lstm(3, 16, { return: 'last', numLayers: 2 }), linear(16, 2)),
    sample: { shape: [20, 3] },
  },
  scanned: { model: scanned, sample: { shape: [12, 3] } },
  excited: { model: sequential(conv2d(1, 8, 3), excited, identity(), flatten()), sample: { shape: [1, 8, 8] } },
  vae: { model: vae(12, 8, 2), sample: { shape: [12] } },
  classToken: { model: sequential(classToken, transformerBlock(16, 4)), sample: { shape: [5, 12] } },
  deepMlp: {
    model: sequential(
      linear(8, 64),
      relu(),
      ...Array.from({ length: 10 }, () => [linear(64, 64), relu()]).flat(),
      linear(64, 2),
    ),
    sample: { shape: [8] },
  },
} satisfies Readonly<Record<string, DrawnModel>>;
