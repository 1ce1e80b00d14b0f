import { expectOptions, expectValue, isNumber } from './check.ts';
import type { Kernel } from './kernel.ts';
import type { TransformOf } from './transform.ts';

export interface ToFloatOptions {
  /** What a byte is multiplied with. Default 1/255: pixels from 0 to 1. */
  readonly scale?: number;
}

type Data = { readonly scale: number };

/** Bytes as float32 numbers, `pixel · scale`; items that are float32 stay as they are. */
export function toFloat(options: ToFloatOptions = {}): TransformOf<'toFloat', Data> {
  expectOptions('toFloat', options, ['scale']);
  const { scale = 1 / 255 } = options;
  expectValue('toFloat.scale', scale, isNumber(scale), 'a finite number');
  return { transform: 'toFloat', options: { scale } };
}

export const toFloatKernel: Kernel<Data> = {
  random: false,
  label: ({ scale }) => (scale === 1 / 255 ? '' : `scale ${scale}`),
  type: ({ shape }) => ({ dtype: 'float32', shape }),
  apply(item, { scale }, _key, type) {
    if (item.dtype === 'float32') return item;
    const { data } = item;
    const floats = new Float32Array(data.length);
    for (let i = 0; i < floats.length; i++) floats[i] = (data[i] as number) * scale;
    return { ...type, data: floats };
  },
};
