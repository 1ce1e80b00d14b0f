import { isOp } from '../../ir/node.ts';
import { numel } from '../../ir/shape.ts';
import type { RefArray, RefKernels } from '../_reference.ts';
import { inputOp } from '../leaf/input.ts';
import { keptAs } from './_kept-as.ts';
import type * as family from './index.ts';
import type { ScanAttrs } from './scan.ts';

export const loopReference: RefKernels<typeof family> = {
  scan(operands, { attrs, inputs, output }, context) {
    const { body, states, result } = attrs;
    const time = inputs[states]?.shape[0] as number;
    const { last, each } = context.once(body, () => looped(operands, time, attrs, context.evaluate));
    if ('last' in result) return last[result.last] as RefArray;
    const out = context.zeros(output);
    for (const [t, value] of (each.get(keptAs(body, result.each)) ?? []).entries())
      out.data.set(value.data, t * numel(value.shape));
    return out;
  },
};

interface Looped {
  readonly last: readonly RefArray[];
  readonly each: ReadonlyMap<string, readonly RefArray[]>;
}

function looped(
  operands: readonly RefArray[],
  time: number,
  { body, states, scanned, reverse }: ScanAttrs,
  evaluate: (body: ScanAttrs['body'], inputs: ReadonlyMap<string, RefArray>) => ReadonlyMap<string, RefArray>,
): Looped {
  const [xs, captured] = [operands.slice(states, states + scanned), operands.slice(states + scanned)];
  let carry = operands.slice(0, states);
  const each = new Map<string, RefArray[]>();
  const wanted = new Set(body.nodes.flatMap((n) => (isOp(n, inputOp) ? [n.attrs.name] : [])));
  for (let step = 0; step < time; step++) {
    const t = reverse ? time - 1 - step : step;
    const given = new Map<string, RefArray>([
      ...carry.map((x, i) => [`state/${i}`, x] as const),
      ...xs.map((x, i) => [`x/${i}`, entry(x, t)] as const),
      ...captured.map((x, i) => [`captured/${i}`, x] as const),
    ]);
    const values = evaluate(body, new Map([...given].filter(([name]) => wanted.has(name))));
    carry = carry.map((_, i) => values.get(`state/${i}`) as RefArray);
    for (const [name, value] of values) {
      if (!name.startsWith('each/')) continue;
      const list = each.get(name) ?? [];
      list[t] = value;
      each.set(name, list);
    }
  }
  return { last: carry, each };
}

function entry({ dtype, shape, data }: RefArray, t: number): RefArray {
  const own = shape.slice(1);
  const size = numel(own);
  return { dtype, shape: own, data: data.subarray(t * size, (t + 1) * size) } as RefArray;
}
