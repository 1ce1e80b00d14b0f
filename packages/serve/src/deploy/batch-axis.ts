import type { OnnxFacts, ValueFacts } from '@descent/backend-onnx';
import { ValueError } from '@descent/core';

/**
 * Whether the samples of a batch lie along the first axis of every input and output: all of them are open and have one name, or none has one. Where names
 * differ, such as `tokens` and `batch`, a server that joins requests along them would mix what does not belong together.
 */
export function isBatched({ inputs, outputs }: OnnxFacts): boolean {
  const first = [...inputs, ...outputs].map(({ shape }) => shape?.[0]);
  return first.every((size) => typeof size !== 'number' && size !== undefined) && new Set(first).size === 1;
}

/** Throws a `ValueError` when a server cannot join requests for the model along first axes, whatever they are called. */
export function expectOpenFirstAxes({ inputs, outputs }: OnnxFacts): void {
  const closed = [...inputs, ...outputs].find(
    ({ shape }) => typeof (shape?.[0] ?? undefined) === 'number' || !hasAxes(shape),
  );
  if (closed === undefined) return;
  throw new ValueError('the model takes no batches of any size', {
    path: 'maxBatchSize',
    received: `'${closed.name}' of shape ${closed.shape === null ? 'unknown' : `[${closed.shape.map((size) => size ?? '?').join(', ')}]`}`,
    expected: 'inputs and outputs whose first axis is open',
    fix: "leave maxBatchSize out, or export the model with a dynamic batch: exportOnnx(…, { batch: 'dynamic' })",
  });
}

function hasAxes(shape: ValueFacts['shape']): boolean {
  return shape !== null && shape.length > 0;
}
