import { ValueError } from '../../errors.ts';
import { numel, type Shape } from '../../ir/shape.ts';
import { describeValue, expectKind, expectNumber, expectOneOf, expectOptions } from '../../options.ts';
import type { Key } from '../../random/key.ts';
import { uniform } from '../../random/uniform.ts';

/** Draws the first values of a parameter of `shape` from the random stream `key`. */
export type Initializer = (key: Key, shape: Shape) => Float32Array;

export const zerosInit: Initializer = (_, shape) => new Float32Array(numel(shape));

export const onesInit: Initializer = (_, shape) => new Float32Array(numel(shape)).fill(1);

export function constantInit(value: number): Initializer {
  expectNumber('constantInit.value', value);
  return (_, shape) => new Float32Array(numel(shape)).fill(value);
}

/** Uniform on `[low, high)` (0 and 1 by default). */
export function uniformInit(options: { low?: number; high?: number } = {}): Initializer {
  expectOptions('uniformInit', options, ['low', 'high']);
  const { low = 0, high = 1 } = options;
  expectNumber('uniformInit.low', low);
  expectNumber('uniformInit.high', high, { least: low });
  return (key, shape) => draw(shape, (out) => uniform(key, out, low, high));
}

/** Glorot & Bengio 2010: uniform on `±gain·√(6 / (fanIn + fanOut))`. */
export function xavierUniform(options: { gain?: number } = {}): Initializer {
  const gain = gainOf('xavierUniform', options);
  return (key, shape) => {
    const { fanIn, fanOut } = fans(shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniformInit({ low: -bound, high: bound })(key, shape);
  };
}

export interface KaimingOptions {
  /** Negative slope of the leaky ReLU that follows; the gain is `√(2 / (1 + a²))`. Default 0: plain ReLU. */
  readonly a?: number;
  /** Keep the variance in the forward (`'fanIn'`, default) or the backward pass. */
  readonly mode?: 'fanIn' | 'fanOut';
}

/** He et al. 2015: uniform on `±gain·√(3 / fan)`. With `a: √5` it is PyTorch's default for linear and convolution weights. */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  const { a, mode } = kaiming('kaimingUniform', options);
  return (key, shape) => {
    const bound = Math.sqrt(2 / (1 + a * a)) * Math.sqrt(3 / fans(shape)[mode]);
    return uniformInit({ low: -bound, high: bound })(key, shape);
  };
}

/** Inputs and outputs that one weight connects: `[out, in, …]`, times the size of the convolution window. */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  expectKind('the shape', shape, 'list', '[10, 784]');
  const [out, input, ...window] = shape;
  if (out === undefined || input === undefined) {
    throw new ValueError('an initializer that depends on the fan needs a weight of at least two axes', {
      received: `shape [${shape.join(', ')}]`,
      fix: 'use normalInit, uniformInit or zerosInit for biases',
    });
  }
  const area = numel(window);
  return { fanIn: input * area, fanOut: out * area };
}

export function gainOf(what: string, options: { gain?: number }): number {
  expectOptions(what, options, ['gain']);
  const { gain = 1 } = options;
  expectNumber(`${what}.gain`, gain);
  return gain;
}

export function kaiming(what: string, options: KaimingOptions): Required<KaimingOptions> {
  expectOptions(what, options, ['a', 'mode']);
  const { a = 0, mode = 'fanIn' } = options;
  expectNumber(`${what}.a`, a);
  expectOneOf(`${what}.mode`, mode, ['fanIn', 'fanOut']);
  return { a, mode };
}

/** Throws a `ValueError` unless each of `given`, options of `what`, is an initializer. */
export function expectInitializers(what: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') continue;
    throw new ValueError(`${what} was given an invalid ${name}`, {
      path: `${what}.${name}`,
      received: describeValue(value),
      expected: 'an initializer, such as kaimingUniform() or zerosInit',
    });
  }
}

export function draw(shape: Shape, fill: (out: Float32Array) => void): Float32Array {
  const out = new Float32Array(numel(shape));
  fill(out);
  return out;
}
