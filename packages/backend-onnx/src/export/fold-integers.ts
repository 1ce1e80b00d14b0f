import { StateError } from '@descent/core';
import type { OnnxGraph, OnnxModel, OnnxNode } from '../model/graph.ts';
import type { Constant } from '../model/value.ts';
import { axisView, type IntegerRange, toInteger } from '../quantize/integers.ts';

const RANGES: Readonly<Record<string, IntegerRange>> = {
  uint8: { least: 0, most: 255 },
  int8: { least: -128, most: 127 },
};

/** Stores zero points and weights of a network that was trained for int8 as the integers that they are. Numbers of constants that nothing uses any more go. */
export function foldIntegers(model: OnnxModel): OnnxModel {
  const { graph } = model;
  if (!graph.nodes.some(({ type }) => type === 'QuantizeLinear')) return model;
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const folded = foldedCast(node, constants) ?? foldedWeight(node, constants);
    if (folded !== null) constants.set(node.outputs[0] as string, folded);
    return folded === null;
  });
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const isBody = nodes.some(({ attributes }) => 'body' in attributes);
  const kept = isBody ? constants : new Map([...constants].filter(([name]) => used.has(name)));
  return { ...model, graph: { ...graph, nodes, constants: kept } satisfies OnnxGraph };
}

/** A zero point. */
function foldedCast({ type, inputs, attributes }: OnnxNode, constants: ReadonlyMap<string, Constant>): Constant | null {
  const x = constants.get(inputs[0] as string);
  if (type !== 'Cast' || x === undefined || (attributes['to'] !== 2 && attributes['to'] !== 3)) return null;
  const values = Array.from(x.data, Number);
  return attributes['to'] === 2
    ? { dtype: 'uint8', shape: x.shape, data: Uint8Array.from(values) }
    : { dtype: 'int8', shape: x.shape, data: Int8Array.from(values) };
}

function foldedWeight(
  { type, inputs, attributes }: OnnxNode,
  constants: ReadonlyMap<string, Constant>,
): Constant | null {
  if (type !== 'QuantizeLinear') return null;
  const [x, scale, point] = inputs.map((name) => constants.get(name));
  if (scale?.data.length !== 0 && Array.from(scale?.data ?? [], Number).some((s) => s === 0)) throw notTrained(inputs);
  const range = RANGES[point?.dtype ?? ''];
  if (x === undefined || scale === undefined || point === undefined || range === undefined) return null;
  const axis = scale.shape.length === 0 ? null : Number(attributes['axis'] ?? 1);
  const { size, inner } = axisView(x.shape, axis);
  const integers = Array.from({ length: x.data.length }, (_, i) => {
    const at = Math.floor(i / inner) % size;
    const grid = { scale: Number(scale.data[at]), zeroPoint: Number(point.data[at]) };
    return toInteger(Number(x.data[i]), grid, range);
  });
  const { shape } = x;
  return point.dtype === 'uint8'
    ? { dtype: 'uint8', shape, data: Uint8Array.from(integers) }
    : { dtype: 'int8', shape, data: Int8Array.from(integers) };
}

function notTrained([, scale = '']: readonly string[]): StateError {
  return new StateError('the network was made for int8, and has not seen what its layers take', {
    received: `a scale of 0 in '${scale}'`,
    expected: 'ranges that come from training',
    fix: 'train it for a step at least, and export its parameters from then: await trainer.parameters()',
  });
}
