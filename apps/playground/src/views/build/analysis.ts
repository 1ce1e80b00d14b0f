import { buildLayer } from '@descent/cli/config';
import { type AnyLayer, DescentError, forwardGraph, type SampleType, sequential, type Tree } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { problemOf } from '../../session/problem.ts';
import type { Problem } from '../../session/protocol.ts';
import type { Call } from '../../state/experiment.ts';
import { nameOf } from './arguments.ts';
import { type Field, fieldAfter, fieldSize, pixels } from './receptive-field.ts';

type Shape = readonly number[];

/** What goes from one block to the next: shapes of one sample. */
export interface Flow {
  readonly dtype: string;
  readonly shape: Shape;
  /** Of several tensors by name, all of them; `shape` is then the first one's. */
  readonly named: readonly (readonly [name: string, shape: Shape])[] | null;
}

/** A layer of a network. What is not known, because a block in front of it does not work, is `null`. */
export interface Block {
  readonly call: Call;
  readonly name: string;
  readonly input: Flow | null;
  readonly output: Flow | null;
  /** Numbers that training changes. */
  readonly parameters: number | null;
  /** Height and width of what one number of the output sees of the picture; `null` for what is no picture. */
  readonly field: readonly [number, number] | null;
  readonly problem: Problem | null;
}

export interface Analysis {
  readonly blocks: readonly Block[];
  /** `null` while a block does not work. */
  readonly output: Flow | null;
  readonly parameters: number | null;
}

/** Shapes, numbers of parameters and receptive fields of all blocks, and what is wrong with the first that does not work. */
export function analyse(model: readonly Call[], sample: Tree<SampleType>): Analysis {
  const made = model.map((call, i) => madeOf(call, i));
  const firstBad = made.findIndex((one) => 'problem' in one);
  const layers = made.slice(0, firstBad < 0 ? undefined : firstBad).map((one) => (one as Made).layer);
  const { outputs, problem } = flowThrough(layers, sample);
  const inputs: readonly (Flow | null)[] = [flowOf(sample), ...outputs];
  const { shape, named } = flowOf(sample);
  let field: Field | null =
    named === null && shape.length === 3 ? pixels(shape[1] as number, shape[2] as number) : null;
  const blocks = model.map((call, i): Block => {
    const output = outputs[i] ?? null;
    const one = made[i] as (typeof made)[number];
    field = field === null || output === null || output.named !== null ? null : fieldAfter(call, field, output.shape);
    return {
      call,
      name: nameOf(call),
      input: inputs[i] ?? null,
      output,
      parameters: 'layer' in one ? countOf(one.layer) : null,
      field: field === null ? null : fieldSize(field),
      problem: 'problem' in one ? one.problem : i === outputs.length ? problem : null,
    };
  });
  const works = blocks.every((block) => block.problem === null);
  return {
    blocks,
    output: works ? (inputs.at(-1) as Flow) : null,
    parameters: works ? blocks.reduce((sum, { parameters }) => sum + (parameters ?? 0), 0) : null,
  };
}

/** What a sample is, before any layer. */
export function flowOf(sample: Tree<SampleType>): Flow {
  const leaves = leavesOf(sample);
  const [, first] = leaves[0] as (typeof leaves)[number];
  return {
    dtype: first.dtype ?? 'float32',
    shape: first.shape,
    named: isLeaf(sample) ? null : leaves.map(([name, { shape }]) => [name, shape]),
  };
}

interface Made {
  readonly layer: AnyLayer;
}

function madeOf(call: Call, index: number): Made | { readonly problem: Problem } {
  try {
    const layer = buildLayer(call, `model.${index}`);
    // Parameters that no tensor can hold are this layer's own fault, whatever comes in.
    for (const { name, shape } of layer.parameters) input(name, shape);
    return { layer };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function countOf(layer: AnyLayer): number {
  return layer.parameters
    .filter(({ trainable }) => trainable !== false)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** What each layer gives, up to the first that throws. */
function flowThrough(
  layers: readonly AnyLayer[],
  sample: Tree<SampleType>,
): { readonly outputs: readonly Flow[]; readonly problem: Problem | null } {
  const outputs: Flow[] = [];
  if (layers.length === 0) return { outputs, problem: null };
  try {
    forwardGraph(chain(...layers), sample, {
      prefix: 'parameter/',
      observe(path, _layer, _input, output) {
        if (path === '' || path.includes('.')) return;
        const leaves = leavesOf(output).map(([name, { type }]) => [name, type] as const);
        const [, first] = leaves[0] as (typeof leaves)[number];
        outputs.push({
          dtype: first.dtype,
          shape: first.shape.slice(1),
          named: isLeaf(output) ? null : leaves.map(([name, { shape }]) => [name, shape.slice(1)]),
        });
      },
    });
    return { outputs, problem: null };
  } catch (error) {
    if (!(error instanceof DescentError) && !(error instanceof RangeError)) throw error;
    return { outputs, problem: problemOf(error) };
  }
}

/** Whether each takes what the one in front of it gives shows when they are applied. */
const chain = sequential as (...layers: readonly AnyLayer[]) => AnyLayer;
