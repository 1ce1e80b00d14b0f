import { DYNAMIC, type Graph, inputOp, isOp, keptAs, type SomeLowerings } from '@descent/core/backend';
import type { ScanAttrs } from '@descent/core/ops';
import { concat, reshape, slice } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context } from './context.ts';

/** All results of a loop. */
interface Results {
  readonly last: readonly Value[];
  /** By the name in the body. */
  readonly each: ReadonlyMap<string, Value>;
}

export const loopLowerings: SomeLowerings<Value, Context, 'scan'> = {
  scan(operands, { attrs, inputs }, context) {
    const { body, states, result } = attrs;
    const steps = inputs[states]?.shape[0] as number;
    // The WebGPU provider has no loops: they would run on the processor.
    const lower = context.dialect === 'webgpu' && steps !== DYNAMIC ? unrolled : looped;
    const { last, each } = context.once(body, () => lower(operands, attrs, context, steps));
    return ('last' in result ? last[result.last] : each.get(keptAs(body, result.each))) as Value;
  },
};

/** ONNX's Scan. What the body captures it sees from outside, which copies nothing. */
function looped(
  operands: readonly Value[],
  { body, states, scanned, reverse }: ScanAttrs,
  { builder, lower }: Context,
  steps: number,
): Results {
  const used = inputNames(body);
  const isUsed = rangeOf(scanned).filter((i) => used.has(`x/${i}`));
  // It needs something to scan, which says how many steps there are.
  const xs = isUsed.length === 0 ? [0] : isUsed;
  const inner = builder.inner();
  const own = ({ dtype, shape }: Value): Value => inner.declare({ name: builder.freshName('step'), dtype, shape });
  const before = operands.slice(0, states).map(own);
  const entries = xs.map((i) => {
    const x = operands[states + i] as Value;
    return own({ ...x, shape: x.shape.slice(1) });
  });
  const seen = new Map<string, Value>([
    ...before.map((value, i) => [`state/${i}`, value] as const),
    ...entries.map((value, at) => [`x/${xs[at]}`, value] as const),
    ...operands.slice(states + scanned).map((value, i) => [`captured/${i}`, value] as const),
  ]);
  const values = lower(body, seen, inner);
  const kept = [...values.keys()].filter((name) => name.startsWith('each/'));
  const after = [...rangeOf(states).map((i) => `state/${i}`), ...kept];
  const graph = inner.finish(
    'step',
    [...before, ...entries],
    new Map(after.map((name) => [builder.freshName('after'), values.get(name) as Value])),
  );
  const direction = reverse ? 1 : 0;
  const attributes = {
    body: graph,
    num_scan_inputs: xs.length,
    ...(reverse && { scan_input_directions: xs.map(() => direction) }),
    ...(reverse && kept.length > 0 && { scan_output_directions: kept.map(() => direction) }),
  };
  const inputs = [...operands.slice(0, states), ...xs.map((i) => operands[states + i] as Value)];
  const types = after.map((name, i) => {
    const { dtype, shape } = values.get(name) as Value;
    return { dtype, shape: i < states ? shape : [steps, ...shape] };
  });
  const results = builder.addMany('Scan', inputs, types, attributes);
  return {
    last: results.slice(0, states),
    each: new Map(kept.map((name, i) => [name, results[states + i] as Value])),
  };
}

/** The steps one behind the other. */
function unrolled(
  operands: readonly Value[],
  { body, states, scanned, reverse }: ScanAttrs,
  { builder: b, lower }: Context,
  steps: number,
): Results {
  const used = inputNames(body);
  const captured = operands.slice(states + scanned).map((value, i) => [`captured/${i}`, value] as const);
  const entry = (x: Value, t: number): Value =>
    reshape(b, slice(b, x, [{ axis: 0, start: t, end: t + 1, step: 1 }]), x.shape.slice(1));
  let last = operands.slice(0, states);
  const each = new Map<string, Value[]>();
  for (const step of rangeOf(steps)) {
    const t = reverse ? steps - 1 - step : step;
    const xs = rangeOf(scanned).filter((i) => used.has(`x/${i}`));
    const seen = new Map<string, Value>([
      ...last.map((value, i) => [`state/${i}`, value] as const),
      ...xs.map((i) => [`x/${i}`, entry(operands[states + i] as Value, t)] as const),
      ...captured,
    ]);
    const values = lower(body, seen, b);
    last = last.map((_, i) => values.get(`state/${i}`) as Value);
    for (const [name, value] of values) {
      if (!name.startsWith('each/')) continue;
      const list = each.get(name) ?? [];
      list[t] = reshape(b, value, [1, ...value.shape]);
      each.set(name, list);
    }
  }
  return { last, each: new Map([...each].map(([name, list]) => [name, concat(b, list, 0)])) };
}

function inputNames({ nodes }: Graph): ReadonlySet<string> {
  return new Set(nodes.flatMap((n) => (isOp(n, inputOp) ? [n.attrs.name] : [])));
}

function rangeOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}
