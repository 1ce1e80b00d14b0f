import type { Node } from '../../ir/node.ts';
import { expectPadding, type Rank, sizes } from '../../ops/conv/_window.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** A builder of `ops` that pools with a kernel and options, or into an output size. */
interface Pooling {
  readonly name: string;
  readonly rank: Rank;
  /** What its options may be. */
  readonly named: readonly ('stride' | 'padding' | 'dilation' | 'ceilMode' | 'countIncludePad')[];
  readonly pool: (x: Node, kernelSize: never, options: never) => Node;
}

interface AnyPoolOptions {
  readonly stride?: unknown;
  readonly padding?: unknown;
  readonly dilation?: unknown;
  readonly ceilMode?: boolean;
  readonly countIncludePad?: boolean;
}

/** A layer that pools windows of `kernelSize`. */
export function pooling({ name, rank, named, pool }: Pooling, kernelSize: unknown, options: AnyPoolOptions): Layer {
  expectOptions(name, options, named);
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false, countIncludePad = true } = options;
  const kernel = sizes(name, 'kernel size', kernelSize, 1, rank);
  sizes(name, 'stride', stride, 1, rank);
  sizes(name, 'dilation', dilation, 1, rank);
  expectPadding(name, padding, rank);
  expectFlag(`${name}.ceilMode`, ceilMode);
  expectFlag(`${name}.countIncludePad`, countIncludePad);
  return {
    label: `${name}(${kernel.join('×')})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return pool(x, kernelSize as never, options as never);
    },
  };
}

/** A layer that pools into windows of which there are `outputSize`. */
export function adaptivePooling(
  name: string,
  rank: Rank,
  pool: (x: Node, outputSize: never) => Node,
  outputSize: unknown,
): Layer {
  const output = sizes(name, 'output size', outputSize, 1, rank);
  return {
    label: `${name}(${output.join('×')})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return pool(x, outputSize as never);
    },
  };
}
