import { formatSize, type Size, sizeOf } from './check.ts';
import { expectCroppable } from './crop-check.ts';
import { planesOf, roundHalfEven, withSize } from './image.ts';
import type { ItemType, Kernel } from './kernel.ts';
import { shift } from './motion.ts';
import type { TransformOf } from './transform.ts';
import { windowOf } from './window.ts';

type Data = { readonly size: readonly [number, number] };

/**
 * The middle of images `[…, height, width]`; `size` is the side of a square, or `[height, width]`. Where the margins differ by a pixel, the
 * window is where torchvision's is. Throws a `ValueError` unless the sizes are positive integers.
 */
export function centerCrop(size: Size): TransformOf<'centerCrop', Data> {
  return { transform: 'centerCrop', options: { size: sizeOf('centerCrop.size', size) } };
}

export const centerCropKernel: Kernel<Data> = {
  random: false,
  label: ({ size }) => formatSize(size),
  type(type, { size }) {
    expectCroppable(type, size, [0, 0, 0, 0]);
    return withSize(type, ...size);
  },
  apply(item, { size }, _key, out) {
    const [top, left] = cornerOf(item, size);
    return windowOf(item, top, left, { fill: 0, paddingMode: 'constant' }, out);
  },
  places: {
    mask: (options) => options,
    motion(from, { size }) {
      const [top, left] = cornerOf(from, size);
      return shift(-left, -top);
    },
  },
};

/** Top and left of the window. */
function cornerOf({ shape }: Pick<ItemType, 'shape'>, size: Data['size']): readonly [number, number] {
  const { height, width } = planesOf(shape);
  return [roundHalfEven((height - size[0]) / 2), roundHalfEven((width - size[1]) / 2)];
}
