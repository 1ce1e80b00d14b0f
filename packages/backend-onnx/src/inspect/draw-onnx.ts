import { expectOptions } from '@descent/core';
import { drawGraph, type GraphBox, type GraphEdge } from '@descent/core/draw';
import type { GraphProto, NodeProto } from '../proto/onnx-pb.ts';
import { elements } from './inspect-onnx.ts';
import { operatorName } from './model-nodes.ts';
import { damaged, type ModelSource, readModel } from './source.ts';
import { type ValueFacts, valueFacts, valueText } from './value-facts.ts';

export interface DrawOnnxOptions {
  /** The most boxes that are drawn, with four times as many lines. Default 600. */
  readonly maxBoxes?: number;
  /** The most that the picture is wide, in pixels. Default 960. */
  readonly width?: number;
}

/**
 * A picture of an ONNX file, as the text of an SVG: a box for each node of the main graph, with its shape where the file tells it and with the size of
 * its weights. Constants are not drawn.
 * @throws BackendError when the file is no model or its nodes stand in no order; ValueError when it has more nodes than `maxBoxes`.
 */
export async function drawOnnx(source: ModelSource, options: DrawOnnxOptions = {}): Promise<string> {
  expectOptions('drawOnnx', options, ['maxBoxes', 'width']);
  const { maxBoxes = 600, width = 960 } = options;
  const { model, path } = await readModel('drawOnnx', source);
  const graph = model.graph as GraphProto;
  const sizes = new Map(graph.initializer.map((t) => [t.name, elements(t.dims.map(Number))]));
  const shapes = new Map([...graph.valueInfo, ...graph.output].map((info) => [info.name, valueFacts(info)]));
  const inputs = graph.input.filter(({ name }) => !sizes.has(name)).map(valueFacts);
  const isConstant = ({ opType }: NodeProto): boolean => opType === 'Constant';
  const nodes = graph.node.filter((n) => !isConstant(n));
  const outputs = graph.output.map(valueFacts);

  const makers = new Map<string, string>();
  const edges: GraphEdge[] = [];
  const link = (names: readonly string[], to: string): void => {
    const from = new Set(names.flatMap((name) => makers.get(name) ?? []));
    edges.push(...[...from].map((maker) => ({ from: maker, to })));
  };
  const boxes: GraphBox[] = inputs.map((input, i) => {
    makers.set(input.name, `input ${i}`);
    return endBox(`input ${i}`, input, 'input');
  });
  const made = new Set(nodes.flatMap(({ output }) => output));
  for (const [i, node] of nodes.entries()) {
    const key = `node ${i}`;
    const later = node.input.find((name) => name !== '' && made.has(name) && !makers.has(name));
    if (later !== undefined) {
      throw damaged(path, `node '${node.name}', which takes '${later}' before it is computed`, 'nodes in their order');
    }
    link([...node.input, ...takenInside(node)], key);
    boxes.push(nodeBox(key, node, shapes.get(node.output[0] ?? ''), sizes));
    for (const name of node.output) if (name !== '') makers.set(name, key);
  }
  for (const [i, output] of outputs.entries()) {
    link([output.name], `output ${i}`);
    boxes.push(endBox(`output ${i}`, output, 'output'));
  }
  const title = graph.name || path;
  return drawGraph({ boxes, edges, title, maxBoxes, width, description: `${title}: ${nodes.length} operators` });
}

function endBox(key: string, value: ValueFacts, end: 'input' | 'output'): GraphBox {
  return { key, kind: value.name, shape: valueText(value), title: `${value.name}: ${valueText(value)}`, end };
}

function nodeBox(
  key: string,
  node: NodeProto,
  shape: ValueFacts | undefined,
  sizes: ReadonlyMap<string, number>,
): GraphBox {
  const count = node.input.reduce((n, name) => n + (sizes.get(name) ?? 0), 0);
  const kernel = node.attribute.find(({ name }) => name === 'kernel_shape')?.ints.join('×') ?? '';
  const kind = operatorName(node);
  return {
    key,
    kind,
    detail: kernel,
    name: node.name === node.output[0] ? '' : node.name,
    shape: shape === undefined ? '' : valueText(shape),
    parameters: count === 0 ? '' : count.toLocaleString('en-US'),
    title: `${node.name} ${kind}${count === 0 ? '' : `, ${count.toLocaleString('en-US')} parameters`}`.trim(),
  };
}

/** What the graphs that a node holds take from outside, one level deep and deeper: any name may be one of outside. */
function takenInside(node: NodeProto): readonly string[] {
  const names: string[] = [];
  const graphs = node.attribute.flatMap((a) => (a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
  for (let g = graphs.pop(); g !== undefined; g = graphs.pop()) {
    for (const n of g.node) {
      names.push(...n.input);
      for (const a of n.attribute) graphs.push(...(a.g === undefined ? a.graphs : [a.g, ...a.graphs]));
    }
  }
  return names;
}
