// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { Layer, Node } from '../src/public/index.ts';
import {
  concat,
  layer,
  layerNorm,
  linear,
  multiheadAttention,
  parallel,
  parameter,
  relu,
  sequential,
  transformerDecoder,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from '../src/public/index.ts';
import { add, mul } from '../src/public/ops.ts';

// A type, not an interface: TypeScript does not take an interface for a record of tensors.
type Pair = { readonly left: Node; readonly right: Node };

export const one: Layer = sequential(linear(2, 3), relu());
export const spread: Layer = sequential(...[linear(2, 3), relu()]);
export const named: Layer = sequential({ features: linear(2, 3), head: relu() });

const join = layer('join', {}, ({ left, right }: Pair) => add(left, right));
export const joined: Layer<Pair, Node> = join;
export const several: Layer = sequential(parallel({ left: linear(2, 3), right: linear(2, 3) }), join, relu());
export const concatenated: Layer = sequential(parallel({ a: linear(2, 3), b: relu() }), concat());
export const taken: Layer<Pair, Node> = sequential(join, relu());

// @ts-expect-error `join` takes two tensors, and relu gives one
export const wrong: Layer = sequential(relu(), join);
// @ts-expect-error `join` has no input called `middle`
export const misnamed: Layer = sequential(parallel({ left: relu(), middle: relu() }), join);
// @ts-expect-error a layer of two tensors is no layer of one
export const notOne: Layer = join;

export const parts: Layer = layer(
  'parts',
  { inner: linear(2, 2), gamma: parameter([2]), blocks: [relu(), relu()] },
  (x, { inner, gamma, blocks }) => blocks.reduce((h, block) => block(h), mul(inner(x), gamma)),
);
// @ts-expect-error a parameter is a tensor, not a function
export const called: Layer = layer('called', { gamma: parameter([2]) }, (x, { gamma }) => gamma(x));
// @ts-expect-error there is no part of this name
export const unknown: Layer = layer('unknown', { gamma: parameter([2]) }, (x, { beta }) => add(x, beta));

// Attention takes one tensor, or several by name.
type Source = { readonly query: Node; readonly key: Node };
export const attention: Layer = multiheadAttention(4, 2);
export const behind: Layer = sequential(linear(2, 4), multiheadAttention(4, 2), relu());
export const cross: Layer<Source> = multiheadAttention(4, 2);
export const masked: Layer<{ readonly query: Node; readonly keyPaddingMask: Node }> = multiheadAttention(4, 2);
export const within: Layer<Source> = layer('within', { attend: multiheadAttention(4, 2) }, (x: Source, { attend }) =>
  add(attend(x), attend(x.query)),
);
// @ts-expect-error there is no query
export const without: Layer<{ readonly key: Node }> = multiheadAttention(4, 2);

type Padded = { readonly src: Node; readonly srcKeyPaddingMask: Node };
const encoderLayer = transformerEncoderLayer(4, 2);
export const encoder: Layer = sequential(linear(2, 4), transformerEncoder(encoderLayer, 2, layerNorm(4)));
export const padded: Layer<Padded> = transformerEncoder(encoderLayer, 2);
export const decoder: Layer<{ readonly tgt: Node; readonly memory: Node }> = transformerDecoderLayer(4, 2);
// @ts-expect-error a decoder takes a memory
export const alone: Layer = transformerDecoderLayer(4, 2);
// @ts-expect-error a stack of decoders is made of decoders
export const mixed: Layer<{ readonly tgt: Node; readonly memory: Node }> = transformerDecoder(encoderLayer, 2);
