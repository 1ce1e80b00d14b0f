import { add } from '../../ops/elementwise/add.ts';
import { expectOptions } from '../../options.ts';
import { layer } from '../build.ts';
import { expectLayer } from '../expect.ts';
import type { Layer, SizedLayer } from '../layer.ts';
import type { Added } from '../sizes.ts';

export interface ResidualOptions {
  /** What brings the input to the shape of the output, such as a convolution of kernel size 1. Default: the input as it is. */
  readonly shortcut?: Layer;
}

/**
 * `inner(x) + x`, or `inner(x) + shortcut(x)` (He et al. 2016). Parameters: `inner.…` and `shortcut.…`.
 * @throws ShapeError when the two do not have shapes that can be added.
 */
export function residual<const Sizes extends string>(
  inner: SizedLayer<Sizes>,
  options: ResidualOptions = {},
): SizedLayer<Added<Sizes>> {
  expectLayer('residual', inner);
  expectOptions('residual', options, ['shortcut']);
  const { shortcut } = options;
  if (shortcut === undefined) return layer('residual', { inner }, (x, parts) => add(parts.inner(x), x));
  return layer('residual', { inner, shortcut }, (x, parts) => add(parts.inner(x), parts.shortcut(x)));
}
