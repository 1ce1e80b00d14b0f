import { type Graph, inputOp, isOp, keptAs } from '@descent/core/backend';
import type { ScanAttrs } from '@descent/core/ops';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { inRows, joined, reshaped, slicedAlong } from '../kernel-list/values.ts';
import type { Family } from './_types.ts';

/** All results of a loop. */
interface Results {
  readonly last: readonly Value[];
  /** By the name in the body. */
  readonly each: ReadonlyMap<string, Value>;
}

export const loopLowerings: Family<'scan'> = {
  scan(operands, { attrs }, b) {
    const { body, result } = attrs;
    const { last, each } = b.once(body, () => steps(operands, attrs, b));
    return ('last' in result ? last[result.last] : each.get(keptAs(body, result.each))) as Value;
  },
};

/** The kernels of all steps, one step behind the other: a list of kernels is short, and made once. */
function steps(operands: readonly Value[], { body, states, scanned, reverse }: ScanAttrs, b: Builder): Results {
  const used = inputNames(body);
  const captured = operands.slice(states + scanned).map((value, i) => [`captured/${i}`, value] as const);
  const xs = operands
    .slice(states, states + scanned)
    .flatMap((x, i) => (used.has(`x/${i}`) ? [{ x: inRows(b, x), i }] : []));
  const count = operands[states]?.shape[0] as number;
  let last = operands.slice(0, states);
  const each = new Map<string, Value[]>();
  for (let step = 0; step < count; step++) {
    const t = reverse ? count - 1 - step : step;
    const entry = (x: Value): Value => reshaped(b, slicedAlong(b, x, 0, t, 1), x.shape.slice(1));
    const given = new Map<string, Value>([
      ...last.map((value, i) => [`state/${i}`, value] as const),
      ...xs.map(({ x, i }) => [`x/${i}`, entry(x)] as const),
      ...captured,
    ]);
    const values = b.lower(body, given);
    last = last.map((_, i) => values.get(`state/${i}`) as Value);
    for (const [name, value] of values) {
      if (!name.startsWith('each/')) continue;
      const list = each.get(name) ?? [];
      list[t] = reshaped(b, value, [1, ...value.shape]);
      each.set(name, list);
    }
  }
  return { last, each: new Map([...each].map(([name, list]) => [name, joined(b, list, 0)])) };
}

function inputNames({ nodes }: Graph): ReadonlySet<string> {
  return new Set(nodes.flatMap((n) => (isOp(n, inputOp) ? [n.attrs.name] : [])));
}
