import { formatShape, type NDArray, type TensorType } from '@descent/core/backend';
import type { Building, Instruction, Value, View } from './builder.ts';

/** A kernel call, and the slots that nothing reads afterwards. */
export interface Step extends Instruction {
  readonly free: readonly number[];
}

/** A result: a slot seen in the shape of `type`. */
export interface Output {
  readonly slot: number;
  readonly type: TensorType;
}

/** A graph input: the slot that it fills, and its type in the graph. */
export interface Input extends View {
  readonly type: TensorType;
}

/** A compiled graph: kernel calls in order, on numbered slots. */
export interface KernelList {
  readonly slotCount: number;
  /** Uploaded once. */
  readonly constants: ReadonlyMap<number, NDArray>;
  /** Calls that depend on constants only: made once. */
  readonly setup: readonly Instruction[];
  /** Slots that `setup` fills, or that were uploaded, and `steps` or outputs read. */
  readonly kept: ReadonlySet<number>;
  /** Calls of each run. */
  readonly steps: readonly Step[];
  /** Graph inputs by name. Those that nothing reads are there, too. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** Inputs that can be freed before the first call, since nothing reads them. */
  readonly unread: ReadonlySet<number>;
  readonly outputs: ReadonlyMap<string, Output>;
}

/** Orders what was built: leaves out what no output needs, separates what is constant, and finds the last reader of each slot. */
export function listOf(
  b: Building,
  inputs: ReadonlyMap<string, Input>,
  results: ReadonlyMap<string, { readonly value: Value; readonly type: TensorType }>,
): KernelList {
  const outputs = new Map([...results].map(([name, { value, type }]) => [name, { slot: value.slot, type }]));
  const returned = new Set([...outputs.values()].map((o) => o.slot));
  const live = liveInstructions(b.instructions, returned);

  const fixed = new Set(b.constants.keys());
  const setup: Instruction[] = [];
  const rest: Instruction[] = [];
  for (const i of live) {
    if (i.inputs.every((x) => fixed.has(x.slot))) {
      setup.push(i);
      fixed.add(i.output.slot);
    } else rest.push(i);
  }

  const read = new Set([...returned, ...rest.flatMap((i) => i.inputs.map((x) => x.slot))]);
  const kept = new Set([...fixed].filter((slot) => read.has(slot)));
  const needed = new Set([...read, ...setup.flatMap((i) => i.inputs.map((x) => x.slot))]);
  const fed = [...inputs.values()].map((x) => x.slot);
  return {
    slotCount: b.slotCount,
    constants: new Map([...b.constants].filter(([slot]) => needed.has(slot))),
    setup,
    kept,
    steps: withFrees(rest, new Set([...returned, ...kept])),
    inputs,
    unread: new Set(fed.filter((slot) => !read.has(slot))),
    outputs,
  };
}

function liveInstructions(instructions: readonly Instruction[], returned: ReadonlySet<number>): readonly Instruction[] {
  const needed = new Set(returned);
  const live: Instruction[] = [];
  for (const i of [...instructions].reverse()) {
    if (!needed.has(i.output.slot)) continue;
    live.push(i);
    for (const x of i.inputs) needed.add(x.slot);
  }
  return live.reverse();
}

function withFrees(instructions: readonly Instruction[], keep: ReadonlySet<number>): readonly Step[] {
  const read = new Set<number>(keep);
  const steps: Step[] = [];
  for (const i of [...instructions].reverse()) {
    const free = [...new Set(i.inputs.map((x) => x.slot))].filter((slot) => !read.has(slot));
    for (const slot of free) read.add(slot);
    steps.push({ ...i, free });
  }
  return steps.reverse();
}

/** One line a kernel call, for people and tests. */
export function printList({ constants, setup, steps, inputs, outputs }: KernelList): string {
  const view = ({ slot, dtype, shape }: View): string => `%${slot} ${dtype}${formatShape(shape)}`;
  const call = (i: Instruction): string => {
    const operands = i.inputs.map((x, at) => (i.names === null ? view(x) : `${i.names[at]}: ${view(x)}`));
    const attrs = Object.entries(i.attrs).map(([k, v]) => `${k}=${JSON.stringify(v)}`);
    return `${view(i.output)} = ${i.kernel}(${[...operands, ...attrs].join(', ')})`;
  };
  return [
    ...[...inputs].map(([name, x]) => `${view(x)} = input '${name}'`),
    ...[...constants].map(([slot, { dtype, shape }]) => `%${slot} = constant ${dtype}${formatShape(shape)}`),
    ...setup.map((i) => `once ${call(i)}`),
    ...steps.map((i) => `${call(i)}${i.free.length > 0 ? `; free ${i.free.map((s) => `%${s}`).join(', ')}` : ''}`),
    ...[...outputs].map(([name, o]) => `return ${name} = %${o.slot}`),
  ].join('\n');
}
