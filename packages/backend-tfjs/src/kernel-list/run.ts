import { BackendError, DescentError, formatShape } from '@descent/core/backend';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceTensor, Engine, KernelFunction, KernelInputs } from '../engines/engine.ts';
import type { Instruction, View } from './builder.ts';
import type { KernelList } from './kernel-list.ts';

/** A kernel list on its engine: kernels looked up, constants uploaded. */
export interface LoadedList {
  /**
   * Runs the list on tensors for all its inputs. Every input given in `owned` is released when it is no longer needed; all other inputs
   * stay the caller's. The caller owns the outputs.
   */
  run(inputs: ReadonlyMap<string, TensorInfo>, owned: ReadonlySet<string>): ReadonlyMap<string, TensorInfo>;
  dispose(): void;
}

interface Call {
  readonly kernel: KernelFunction;
  readonly instruction: Instruction;
  readonly free: readonly number[];
}

type Slots = (TensorInfo | undefined)[];

export function loadList(list: KernelList, engine: Engine): LoadedList {
  const calls = list.steps.map(
    (step): Call => ({ kernel: engine.kernel(step.kernel), instruction: step, free: step.free }),
  );
  const fixed = setUp(list, engine);
  return {
    run(inputs, owned) {
      const slots: Slots = new Array(list.slotCount);
      for (const [slot, tensor] of fixed) slots[slot] = tensor;
      // What this run must release, should it fail: its own inputs and all that its calls have made.
      const mine = new Set<number>();
      for (const [name, { slot }] of list.inputs) {
        slots[slot] = inputs.get(name);
        if (owned.has(name)) mine.add(slot);
      }
      const release = (slot: number): void => {
        if (mine.delete(slot)) engine.release(slots[slot] as TensorInfo);
        slots[slot] = undefined;
      };
      try {
        for (const slot of list.unread) release(slot);
        for (const { kernel, instruction, free } of calls) {
          const { output } = instruction;
          slots[output.slot] = called(kernel, instruction, slots, engine);
          mine.add(output.slot);
          for (const slot of free) release(slot);
        }
        const outputs = new Map<string, DeviceTensor>();
        for (const [name, { slot, type }] of list.outputs) {
          const { dataId, dtype } = slots[slot] as DeviceTensor;
          const tensor = { dataId, dtype, shape: [...type.shape] };
          engine.retain(tensor);
          outputs.set(name, tensor);
        }
        return outputs;
      } finally {
        for (const slot of mine) engine.release(slots[slot] as TensorInfo);
      }
    },
    dispose() {
      for (const tensor of fixed.values()) engine.release(tensor);
      fixed.clear();
    },
  };
}

/** Uploads constants and makes the calls that depend on nothing else. */
function setUp({ constants, setup, kept, slotCount }: KernelList, engine: Engine): Map<number, TensorInfo> {
  const slots: Slots = new Array(slotCount);
  for (const [slot, array] of constants) slots[slot] = engine.upload(array);
  for (const i of setup) slots[i.output.slot] = called(engine.kernel(i.kernel), i, slots, engine);
  const fixed = new Map<number, TensorInfo>();
  for (const [slot, tensor] of slots.entries()) {
    if (tensor === undefined) continue;
    if (kept.has(slot)) fixed.set(slot, tensor);
    else engine.release(tensor);
  }
  return fixed;
}

/** The result of a kernel. Throws a `BackendError` that names it when the engine gives up, such as for want of memory. */
function called(kernel: KernelFunction, i: Instruction, slots: Slots, { name }: Engine): TensorInfo {
  try {
    return kernel(operands(i, slots), i.attrs);
  } catch (cause) {
    if (cause instanceof DescentError) throw cause;
    throw new BackendError(`tfjs:${name} could not run the program`, {
      received: `${i.kernel} → ${i.output.dtype}${formatShape(i.output.shape)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      expected: 'memory for all results',
      fix: 'use smaller batches, or an engine with more memory, such as onnx:cpu',
      cause,
    });
  }
}

function operands({ names, inputs }: Instruction, slots: Slots): KernelInputs {
  const tensors = inputs.map((x) => seen(slots[x.slot] as TensorInfo, x));
  return names === null ? tensors : Object.fromEntries(names.map((name, i) => [name, tensors[i] as TensorInfo]));
}

function seen({ dataId, dtype }: TensorInfo, { shape }: View): TensorInfo {
  return { dataId, dtype, shape: shape as number[] };
}
