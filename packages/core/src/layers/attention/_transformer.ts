import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { expectCount, expectFlag, expectNumber, expectOneOf, expectOptions } from '../../options.ts';
import { gelu } from '../activation/gelu.ts';
import { relu } from '../activation/relu.ts';
import { dropout as dropoutLayer } from '../basic/dropout.ts';
import { linear } from '../basic/linear.ts';
import type { Layer } from '../layer.ts';
import type { AttentionInputs } from './multihead-attention.ts';

/** Options of the layers of a transformer. */
export interface TransformerLayerOptions {
  /** Features between the two linear layers. Default 2048. */
  readonly dimFeedforward?: number;
  /** Of weights of attention, between the two linear layers and behind each part. Default 0.1. */
  readonly dropout?: number;
  /** Default `'relu'`. */
  readonly activation?: 'relu' | 'gelu';
  /** Added to variances. Default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether norms stand in front of each part (Xiong et al. 2020), and not behind the sum with its input. Default false. */
  readonly normFirst?: boolean;
  /** Of linear layers, attention and norms. Default true. */
  readonly bias?: boolean;
  /** Whether a place attends to itself and to what comes before it alone. Default false in an encoder, true in a decoder. */
  readonly causal?: boolean;
  /** Whether queries and keys of self-attention are turned by their places, see `rotaryEmbedding`. Default false. */
  readonly rotary?: boolean;
}

/** The checked options of a layer called `name`, with their defaults; `more` are names of options that it checks itself. */
export function transformerOptions(
  name: string,
  dModel: number,
  numHeads: number,
  options: TransformerLayerOptions,
  { causal: isCausal, more = [] }: { readonly causal: boolean; readonly more?: readonly string[] },
): Required<TransformerLayerOptions> {
  expectCount(name, 'dModel', dModel);
  expectCount(name, 'numHeads', numHeads);
  const known = ['dimFeedforward', 'dropout', 'activation', 'layerNormEps', 'normFirst', 'bias', 'causal', 'rotary'];
  expectOptions(name, options, [...known, ...more]);
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps = 1e-5 } = options;
  const { normFirst = false, bias = true, causal = isCausal, rotary = false } = options;
  expectCount(name, 'dimFeedforward', dimFeedforward);
  expectNumber(`${name}.dropout`, dropout, { least: 0, below: 1 });
  expectOneOf(`${name}.activation`, activation, ['relu', 'gelu']);
  expectNumber(`${name}.layerNormEps`, layerNormEps, { least: 0 });
  const flags = { normFirst, bias, causal, rotary };
  for (const [option, flag] of Object.entries(flags)) expectFlag(`${name}.${option}`, flag);
  return { dimFeedforward, dropout, activation, layerNormEps, ...flags };
}

export interface FeedForwardParts {
  readonly linear1: Layer;
  readonly activation: Layer;
  readonly dropout: Layer;
  readonly linear2: Layer;
}

/** The parts of the perceptron of each place, in PyTorch's order. */
export function feedForwardParts(dModel: number, options: Required<TransformerLayerOptions>): FeedForwardParts {
  const { dimFeedforward, dropout, activation, bias } = options;
  return {
    linear1: linear(dModel, dimFeedforward, { bias }),
    activation: activation === 'relu' ? relu() : gelu(),
    dropout: dropoutLayer(dropout),
    linear2: linear(dimFeedforward, dModel, { bias }),
  };
}

type Apply = (x: Node) => Node;

/** The perceptron of each place, of parts that are applied. */
export function feedForward(parts: { readonly [K in keyof FeedForwardParts]: Apply }): Apply {
  const { linear1, activation, dropout, linear2 } = parts;
  return (x) => linear2(dropout(activation(linear1(x))));
}

/** A part and its input, added; the norm in front of the part, or behind the sum. */
export function withInput(x: Node, part: Apply, norm: Apply, drop: Apply, normFirst: boolean): Node {
  return normFirst ? add(x, drop(part(norm(x)))) : norm(add(x, drop(part(x))));
}

/** What attention is given: one tensor alone where there is nothing beside it. */
export function attentionInputs(
  query: Node,
  others: { readonly [K in keyof AttentionInputs]?: Node | undefined },
): Node | AttentionInputs {
  const given = Object.entries(others).filter(([, x]) => x !== undefined);
  return given.length === 0 ? query : ({ query, ...Object.fromEntries(given) } as AttentionInputs);
}
