import type { Node } from '../../ir/node.ts';
import { logSoftmax as logSoftmaxOf } from '../../ops/composite/log-softmax.ts';
import { softmax as softmaxOf } from '../../ops/composite/softmax.ts';
import { relu as reluOf } from '../../ops/elementwise/relu.ts';
import { sigmoid as sigmoidOf } from '../../ops/elementwise/sigmoid.ts';
import { tanh as tanhOf } from '../../ops/elementwise/tanh.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** `max(x, 0)`, elementwise. */
export function relu(): Layer {
  return activation('relu', reluOf);
}

/** `1 / (1 + e^-x)`, elementwise. */
export function sigmoid(): Layer {
  return activation('sigmoid', sigmoidOf);
}

/** Hyperbolic tangent, elementwise. */
export function tanh(): Layer {
  return activation('tanh', tanhOf);
}

/** Probabilities along `axis` (the last by default). Not needed in front of `crossEntropy`, which takes logits. */
export function softmax(options: { axis?: number } = {}): Layer {
  const axis = axisOf('softmax', options);
  return activation('softmax', (x) => softmaxOf(x, { axis }));
}

/** Logarithms of the probabilities along `axis` (the last by default). */
export function logSoftmax(options: { axis?: number } = {}): Layer {
  const axis = axisOf('logSoftmax', options);
  return activation('logSoftmax', (x) => logSoftmaxOf(x, { axis }));
}

function axisOf(what: string, options: { axis?: number }): number {
  expectOptions(what, options, ['axis']);
  const { axis = -1 } = options;
  expectNumber(`${what}.axis`, axis);
  return axis;
}

function activation(label: string, f: (x: Node) => Node): Layer {
  return {
    label,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return f(x);
    },
  };
}
