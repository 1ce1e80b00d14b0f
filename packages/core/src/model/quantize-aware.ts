import { ValueError } from '../errors.ts';
import { full } from '../ir/ndarray.ts';
import { type Node, rankOf } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import type { Tensors } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import { expectLayer } from '../layers/expect.ts';
import { constantInit } from '../layers/init/initializers.ts';
import type { AnyLayer, Layer, LayerContext, ParameterSpec } from '../layers/layer.ts';
import { withParameters } from '../layers/with-parameters.ts';
import { detach } from '../ops/composite/detach.ts';
import { fakeQuantize } from '../ops/composite/fake-quantize.ts';
import { round } from '../ops/composite/round.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { neg } from '../ops/elementwise/neg.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { where } from '../ops/elementwise/where.ts';
import { constant, scalar } from '../ops/leaf/constant.ts';
import { max } from '../ops/reduce/max.ts';
import { min } from '../ops/reduce/min.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import { childrenBy, rebuilt } from './_tree.ts';
import { allIn, kindOf, type Selection, select } from './select.ts';

export interface QuantizeAwareOptions {
  /** Which layers. Default: all `linear`, `conv1d`, `conv2d` and `conv3d`. */
  readonly what?: Selection | readonly Selection[];
  /** Share of a batch in the running range of what a layer takes. Default 0.01, as in PyTorch's `MovingAverageMinMaxObserver`. */
  readonly averagingConstant?: number;
  /** Whether each output has a scale of its own. Default true. */
  readonly perChannel?: boolean;
}

const KINDS = ['linear', 'conv1d', 'conv2d', 'conv3d'];
/** The smallest scale, PyTorch's. */
const EPS = 1.1920928955078125e-7;
const BYTE = { quantMin: 0, quantMax: 255 } as const;
const SIGNED = { quantMin: -128, quantMax: 127 } as const;

/**
 * The same network trained as int8 will have it (Jacob et al. 2018): what a layer takes goes through `fakeQuantize` with bytes and a zero point, its weight with signed bytes, and gradients go straight through.
 * The range of what a layer takes is a running average over training batches, that of a weight is its own. They are kept as parameters that no gradient changes,
 * `input_fake_quant.min_val`, `.max_val`, `.scale`, `.zero_point` and `weight_fake_quant.scale`; evaluation uses them. All other parameters keep their names, so the weights of a trained network
 * can go on from there. Before its first training step nothing is quantised. Exported to ONNX, layers become integers between `QuantizeLinear` and `DequantizeLinear`.
 *
 * @example quantizeAware(net, { what: { kind: 'conv2d' } })
 * @throws ValueError where a selected layer has no weight of its own, such as one with `weightNorm`, or where the network is made so already.
 */
export function quantizeAware<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  options: QuantizeAwareOptions = {},
): Layer<In, Out> {
  expectLayer('model', model);
  expectOptions('quantizeAware', options, ['what', 'averagingConstant', 'perChannel']);
  const { what, averagingConstant = 0.01, perChannel = true } = options;
  expectNumber('quantizeAware.averagingConstant', averagingConstant, { above: 0, most: 1 });
  expectFlag('quantizeAware.perChannel', perChannel);
  const paths = new Set(pathsOf(model, what));
  const at = (path: string, layer: AnyLayer): AnyLayer => {
    const inner = rebuilt(layer, { children: childrenBy(path, layer, at) });
    return paths.has(path) ? quantized(path, inner, averagingConstant, perChannel) : inner;
  };
  return at('', model) as Layer<In, Out>;
}

function pathsOf(model: AnyLayer, what: QuantizeAwareOptions['what']): readonly string[] {
  if (what !== undefined) {
    const selections = (Array.isArray(what) ? what : [what]) as readonly Selection[];
    return selections.flatMap((one) => select(model, one)).map(({ path }) => path);
  }
  const found = allIn('', model).filter(({ layer }) => KINDS.includes(kindOf(layer)));
  if (found.length > 0) return found.map(({ path }) => path);
  throw new ValueError('the network has no layer that could be quantised', {
    received: model.label,
    expected: `a network with ${KINDS.join(', ')}`,
    fix: 'select others: quantizeAware(net, { what: { kind: … } })',
  });
}

function quantized(path: string, layer: AnyLayer, share: number, perChannel: boolean): AnyLayer {
  const own = ownParameters(layer);
  const weight = own.find(({ name, shape }) => name === 'weight' && shape.length >= 2);
  if (weight === undefined || own.some(({ name }) => name.startsWith('weight_fake_quant'))) {
    throw new ValueError('a layer cannot be quantised', {
      path,
      received: weight === undefined ? `${layer.label}, without a weight of its own` : 'one that is quantised already',
      expected: 'a layer with a weight, such as linear(3, 2) or conv2d(3, 8, 3)',
      fix: weight === undefined ? 'select fewer layers, or use mergeWeights before' : undefined,
    });
  }
  const channels = perChannel ? [weight.shape[0] as number] : [];
  const state = (name: string, shape: Shape = []): ParameterSpec => ({
    name,
    shape,
    init: constantInit(0),
    trainable: false,
  });
  return {
    ...layer,
    label: `${layer.label}, quantizeAware`,
    parameters: [
      ...layer.parameters,
      ...['min_val', 'max_val', 'scale', 'zero_point'].map((name) => state(`input_fake_quant.${name}`)),
      state('weight_fake_quant.scale', channels),
    ],
    apply: (x: Node, context: LayerContext) => {
      const w = context.parameter('weight');
      const given = new Map([['weight', quantizedWeight(w, context, perChannel)]]);
      return withParameters(layer, () => given).apply(quantizedInput(x, context, share), context);
    },
  };
}

function quantizedInput(x: Node, { parameter, assign, training }: LayerContext, share: number): Node {
  rankOf('quantizeAware', x);
  const name = (of: string): string => `input_fake_quant.${of}`;
  if (!training) return fakeQuantize(x, parameter(name('scale')), parameter(name('zero_point')), BYTE);
  const still = detach(x);
  const isKnown = greater(parameter(name('scale')), 0);
  const average = (of: string, batch: Node): Node => {
    const blended = add(mul(parameter(name(of)), 1 - share), mul(batch, share));
    return where(isKnown, blended, batch);
  };
  const [low, high] = [average('min_val', min(still)), average('max_val', max(still))];
  const least = minimum(low, 0);
  const { quantMin, quantMax } = BYTE;
  const scale = maximum(div(sub(maximum(high, 0), least), quantMax - quantMin), EPS);
  const zeroPoint = minimum(maximum(add(neg(round(div(least, scale))), quantMin), quantMin), quantMax);
  for (const [of, value] of Object.entries({ min_val: low, max_val: high, scale, zero_point: zeroPoint })) {
    assign(name(of), value);
  }
  return fakeQuantize(x, scale, zeroPoint, BYTE);
}

function quantizedWeight(w: Node, { parameter, assign, training }: LayerContext, perChannel: boolean): Node {
  const axis = perChannel ? 0 : null;
  const channels = perChannel ? [w.type.shape[0] as number] : [];
  const zeroPoint = perChannel ? constant(full(channels, 0)) : scalar(0);
  if (!training) return fakeQuantize(w, parameter('weight_fake_quant.scale'), zeroPoint, { ...SIGNED, axis });
  const axes = w.type.shape.flatMap((_, i) => (perChannel && i === 0 ? [] : [i]));
  const largest = max(abs(detach(w)), { axes });
  // Not 127.5, with which the largest weight lies between two integers, and rounding errors decide whether it has a gradient.
  const scale = maximum(div(largest, SIGNED.quantMax), EPS);
  assign('weight_fake_quant.scale', scale);
  return fakeQuantize(w, scale, zeroPoint, { ...SIGNED, axis });
}
