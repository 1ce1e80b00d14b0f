import { DTypeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import type { Shape } from '../../ir/shape.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { expectCount, expectNumber } from '../../options.ts';
import type { Key } from '../../random/index.ts';
import { normalInit } from '../init/_gaussian.ts';
import { expectInitializers, type Initializer } from '../init/initializers.ts';
import type { ParameterSpec } from '../layer.ts';

/** Checks what a table of embeddings is made of. */
export function expectTable(name: string, rows: number, features: number, paddingIdx: number | null): void {
  expectCount(name, 'numEmbeddings', rows);
  expectCount(name, 'embeddingDim', features);
  if (paddingIdx === null) return;
  expectCount(name, 'paddingIdx', paddingIdx, 0);
  expectNumber(`${name}.paddingIdx`, paddingIdx, { below: rows });
}

/** The table, Gaussian as PyTorch's, with zeros in the row of padding. */
export function tableSpec(shape: Shape, paddingIdx: number | null, given: Initializer | undefined): ParameterSpec {
  if (given !== undefined) expectInitializers('embedding', { weightInit: given });
  const draw = given ?? normalInit();
  const [, features = 0] = shape;
  const init = (key: Key, of: Shape): Float32Array => {
    const drawn = draw(key, of);
    return paddingIdx === null ? drawn : drawn.fill(0, paddingIdx * features, (paddingIdx + 1) * features);
  };
  return { name: 'weight', shape, init };
}

/** `x` as int32. Throws a `DTypeError` unless it holds whole numbers. */
export function expectWhole(name: string, x: Node): Node {
  const { dtype } = x.type;
  if (dtype === 'int32') return x;
  if (dtype === 'uint8') return cast(x, 'int32');
  throw new DTypeError(`${name} takes the numbers of rows`, {
    received: dtype,
    expected: 'int32, or uint8',
    fix: "give the indices as int32: tensor([3, 1], 'int32'), and { shape, dtype: 'int32' } as the type of a sample",
  });
}
