import { expectNumber, expectOptions } from '../../options.ts';
import { normal } from '../../random/normal.ts';
import { draw, fans, gainOf, type Initializer, type KaimingOptions, kaiming } from './initializers.ts';

/** Gaussian with the given mean and standard deviation (0 and 1 by default). */
export function normalInit(options: { mean?: number; std?: number } = {}): Initializer {
  expectOptions('normalInit', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  expectNumber('normalInit.mean', mean);
  expectNumber('normalInit.std', std, { least: 0 });
  return (key, shape) => draw(shape, (out) => normal(key, out, mean, std));
}

/** Glorot & Bengio 2010: Gaussian with std `gain·√(2 / (fanIn + fanOut))`. */
export function xavierNormal(options: { gain?: number } = {}): Initializer {
  const gain = gainOf('xavierNormal', options);
  return (key, shape) => {
    const { fanIn, fanOut } = fans(shape);
    return normalInit({ std: gain * Math.sqrt(2 / (fanIn + fanOut)) })(key, shape);
  };
}

/** He et al. 2015: Gaussian with std `gain / √fan`. */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  const { a, mode } = kaiming('kaimingNormal', options);
  return (key, shape) => normalInit({ std: Math.sqrt(2 / (1 + a * a)) / Math.sqrt(fans(shape)[mode]) })(key, shape);
}
