import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

/** `x · scale + offset` as float32; takes bytes, so `rescale(1 / 255)` turns pixels into floats from 0 to 1. */
export function rescale(scale: number, offset = 0, ...more: []): SizedLayer<Same> {
  expectNoOptions('rescale', more);
  expectNumber('rescale.scale', scale);
  expectNumber('rescale.offset', offset);
  const inverse = Math.round(1 / scale);
  const shown = inverse > 1 && Math.abs(inverse * scale - 1) < 1e-12 ? `1/${inverse}` : String(scale);
  return {
    label: `rescale(${shown}${offset === 0 ? '' : `, ${offset}`})`,
    parameters: [],
    apply(x) {
      const scaled = mul(cast(x, 'float32'), scale);
      return offset === 0 ? scaled : add(scaled, offset);
    },
  };
}
