import { type SampleType, type Tree, ValueError } from '@descent/core';
import { expectOpenSamples, leavesOf, mapTree, type TensorType } from '@descent/core/backend';
import type { BatchTypes } from '@descent/core/programs';

/** The types of a batch of so many samples and targets. */
export function batchTypes(sample: Tree<SampleType>, target: Tree<SampleType>, batch: number): BatchTypes {
  const batched = ({ shape, dtype = 'float32' }: SampleType): TensorType => ({ dtype, shape: [batch, ...shape] });
  return { x: mapTree(sample, batched), y: mapTree(target, batched) };
}

/** Throws unless `value` is the type of one sample or target, or of several by name, of sizes that are numbers. */
export function expectTypes(path: string, value: unknown): asserts value is Tree<SampleType> {
  expectOpenSamples(path, value);
  const open = leavesOf(value).find(([, { shape }]) => shape.some((d) => typeof d === 'string'));
  if (open === undefined) return;
  throw new ValueError('a loss is exported for samples of one size', {
    path,
    received: `[${open[1].shape.join(', ')}]`,
    expected: 'numbers alone in the shape',
    fix: 'give the size that the batches have, such as the longest length; export once more for another size',
  });
}
