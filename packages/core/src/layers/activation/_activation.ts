import type { Node } from '../../ir/node.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** A layer without parameters that gives `f(x)` for float32 of any shape. */
export function activation(label: string, f: (x: Node) => Node): Layer {
  return {
    label,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return f(x);
    },
  };
}
