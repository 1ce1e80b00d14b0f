import { number } from './attributes.ts';
import {
  type AttributeValue,
  bodiesOf,
  capturedNames,
  type ImportedGraph,
  type ImportedNode,
  isGraph,
} from './graph.ts';
import { isKnown, type Known, known } from './known.ts';

/** A list of tensors, which the graph has as one tensor or one by one. */
type List =
  /** The entries of a tensor along an axis, with or without that axis. */
  | { readonly kind: 'entries'; readonly of: string; readonly axis: number; readonly keepDims: boolean }
  | { readonly kind: 'items'; readonly items: readonly string[] };

type Lists = Map<string, List>;

/** What joins the entries of a tensor: along `axis` they have, or along a new one. */
export const JOINED_ENTRIES = { domain: 'descent', opType: 'JoinEntries' } as const;

/**
 * The same graph without the lists of tensors that exporters write for lists of Python: the entries of a tensor, which a loop takes one after the other,
 * and what a loop appends in each step, which is joined behind it. Lists that are used in another way stay, and are refused as operators that are missing.
 */
export function withoutLists(graph: ImportedGraph): ImportedGraph {
  return bodyWithoutLists(graph, new Map(), new Map());
}

type Constants = ReadonlyMap<string, Known>;

function bodyWithoutLists(graph: ImportedGraph, outer: Lists, outside: Constants): ImportedGraph {
  const lists = new Map(outer);
  const constants = new Map([...outside, ...graph.initializers]);
  const nodes: ImportedNode[] = [];
  const makers: ImportedNode[] = [];
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const list = node.domain === '' ? listOf(node, lists, constants) : undefined;
    if (list !== undefined && output !== undefined) {
      lists.set(output, list);
      makers.push(node);
      continue;
    }
    const value = node.opType === 'Constant' && node.domain === '' ? constantOf(node) : undefined;
    if (value !== undefined && output !== undefined) constants.set(output, value);
    nodes.push(...replaced(node, lists, constants));
  }
  // A list that something still asks for is an operator that is missing.
  const left = makers.filter(({ outputs: [name] }) => isAskedFor(name, graph, nodes));
  return { ...graph, nodes: [...left, ...nodes] };
}

function isAskedFor(name: string | undefined, { outputs }: ImportedGraph, nodes: readonly ImportedNode[]): boolean {
  return (
    name !== undefined &&
    (outputs.includes(name) || nodes.some((n) => n.inputs.includes(name) || capturedNames(n).has(name)))
  );
}

function constantOf({ attributes }: ImportedNode): Known | undefined {
  const value = attributes.get('value');
  if (typeof value === 'object' && isKnown(value as Known)) return value as Known;
  const whole = attributes.get('value_int');
  return typeof whole === 'number' ? known('int64', [], [whole]) : undefined;
}

/** The list that `node` makes, where it is one that can be told. */
function listOf(node: ImportedNode, lists: Lists, constants: Constants): List | undefined {
  const [first, second, third] = node.inputs;
  const before = first === undefined ? undefined : lists.get(first);
  switch (node.opType) {
    case 'SequenceEmpty':
      return { kind: 'items', items: [] };
    case 'SequenceConstruct':
      return { kind: 'items', items: node.inputs.filter((name) => name !== undefined) };
    case 'SequenceInsert':
      return before?.kind === 'items' && second !== undefined && third === undefined
        ? { kind: 'items', items: [...before.items, second] }
        : undefined;
    case 'SplitToSequence': {
      if (first === undefined) return undefined;
      const size = second === undefined ? undefined : constants.get(second);
      // One entry each, by default or as the size of the parts.
      if (second !== undefined && !(size?.shape.length === 0 && size.data[0] === 1)) return undefined;
      return { kind: 'entries', of: first, axis: number(node, 'axis', 0), keepDims: number(node, 'keepdims', 1) !== 0 };
    }
    case 'Identity':
      return before;
    default:
      return undefined;
  }
}

/** What stands for `node`, which may use lists. */
function replaced(node: ImportedNode, lists: Lists, constants: Constants): readonly ImportedNode[] {
  const list = node.domain === '' ? lists.get(node.inputs[0] ?? '') : undefined;
  if (list !== undefined && node.opType === 'SequenceAt') return taken(node, list, constants) ?? [node];
  if (list !== undefined && node.opType === 'SequenceLength') return counted(node, list);
  if (list !== undefined && node.opType === 'ConcatFromSequence') return joined(node, list);
  if (bodiesOf(node).length === 0) return [node];
  if (node.domain === '' && node.opType === 'Loop') return loopWithoutLists(node, lists, constants);
  return [{ ...node, attributes: mapBodies(node, (body) => bodyWithoutLists(body, lists, constants)) }];
}

function mapBodies(node: ImportedNode, f: (body: ImportedGraph) => ImportedGraph): ImportedNode['attributes'] {
  const isBody = (value: AttributeValue): value is ImportedGraph => bodiesOf(node).includes(value as ImportedGraph);
  return new Map([...node.attributes].map(([name, value]) => [name, isBody(value) ? f(value) : value]));
}

/** An operator of ONNX's own, in the place of `node`. */
function made(
  node: ImportedNode,
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): ImportedNode {
  const { name, scope, opset } = node;
  // Since opset 13 axes are an input of Unsqueeze.
  return {
    name,
    ...(scope !== undefined && { scope }),
    opType,
    domain: '',
    opset: Math.max(opset, 13),
    inputs,
    outputs: [output],
    attributes: new Map(Object.entries(attributes)),
  };
}

function whole(node: ImportedNode, output: string, values: readonly number[], isList: boolean): ImportedNode {
  return made(node, 'Constant', [], output, { value: known('int64', isList ? [values.length] : [], values) });
}

function taken(node: ImportedNode, list: List, constants: Constants): readonly ImportedNode[] | undefined {
  const [, index] = node.inputs;
  const [output] = node.outputs;
  if (index === undefined || output === undefined) return undefined;
  if (list.kind === 'items') {
    const at = constants.get(index)?.data[0];
    const item = at === undefined ? undefined : list.items.at(at);
    return item === undefined ? undefined : [made(node, 'Identity', [item], output)];
  }
  const { of, axis, keepDims } = list;
  if (!keepDims) return [made(node, 'Gather', [of, index], output, { axis })];
  const [axes, place] = [`${output}/axes`, `${output}/place`];
  return [
    whole(node, axes, [0], true),
    made(node, 'Unsqueeze', [index, axes], place),
    made(node, 'Gather', [of, place], output, { axis }),
  ];
}

function counted(node: ImportedNode, list: List): readonly ImportedNode[] {
  const [output] = node.outputs;
  if (output === undefined) return [];
  if (list.kind === 'items') return [whole(node, output, [list.items.length], false)];
  const [sizes, axis] = [`${output}/sizes`, `${output}/axis`];
  return [
    made(node, 'Shape', [list.of], sizes),
    whole(node, axis, [list.axis], false),
    made(node, 'Gather', [sizes, axis], output),
  ];
}

function joined(node: ImportedNode, list: List): readonly ImportedNode[] {
  const [output] = node.outputs;
  if (output === undefined) return [];
  const axis = number(node, 'axis');
  const isNew = number(node, 'new_axis', 0) !== 0;
  if (list.kind === 'entries') {
    const attributes = { axis, new_axis: isNew ? 1 : 0, entries_axis: list.axis, keepdims: list.keepDims ? 1 : 0 };
    return [{ ...made(node, JOINED_ENTRIES.opType, [list.of], output, attributes), domain: JOINED_ENTRIES.domain }];
  }
  if (!isNew) return [made(node, 'Concat', list.items, output, { axis })];
  const axes = `${output}/axes`;
  const wide = list.items.map((_, i) => `${output}/${i}`);
  return [
    whole(node, axes, [axis], true),
    ...list.items.map((item, i) => made(node, 'Unsqueeze', [item, axes], wide[i] as string)),
    made(node, 'Concat', wide, output, { axis }),
  ];
}

/** A loop that carries lists: those to which each step appends one tensor are what it keeps of its steps; those that stay are seen from outside. */
function loopWithoutLists(node: ImportedNode, lists: Lists, constants: Constants): readonly ImportedNode[] {
  const body = node.attributes.get('body');
  // A loop without a body is refused when it is built.
  if (!isGraph(body)) return [node];
  const count = node.inputs.length - 2;
  const states = Array.from({ length: Math.max(0, count) }, (_, i) => i);
  const inside = new Map(lists);
  const appended = new Map<number, string>();
  const same = new Set<number>();
  for (const i of states) {
    const list = lists.get(node.inputs[i + 2] ?? '');
    const [before, after] = [body.inputs[i + 2], body.outputs[i + 1]];
    if (list === undefined || before === undefined || after === undefined) continue;
    const maker = body.nodes.find((n) => n.outputs.includes(after));
    if (before === after) {
      inside.set(before, list);
      same.add(i);
    } else if (
      list.kind === 'items' &&
      list.items.length === 0 &&
      isAppend(maker, before) &&
      isUsedOnce(body, before)
    ) {
      appended.set(i, maker?.inputs[1] as string);
    } else {
      return [{ ...node, attributes: mapBodies(node, (one) => bodyWithoutLists(one, lists, constants)) }];
    }
  }
  const isKept = (i: number): boolean => !appended.has(i) && !same.has(i);
  const dropped = new Set([...appended.keys()].map((i) => body.outputs[i + 1]));
  const inner = bodyWithoutLists(
    {
      ...body,
      inputs: [...body.inputs.slice(0, 2), ...body.inputs.slice(2).filter((_, i) => isKept(i))],
      outputs: [
        body.outputs[0] as string,
        ...body.outputs.slice(1, 1 + count).filter((_, i) => isKept(i)),
        ...body.outputs.slice(1 + count),
        ...appended.values(),
      ],
      nodes: body.nodes.filter((n) => !n.outputs.some((name) => dropped.has(name))),
    },
    inside,
    constants,
  );
  for (const i of appended.keys()) {
    const output = node.outputs[i];
    if (output !== undefined) lists.set(output, { kind: 'entries', of: output, axis: 0, keepDims: false });
  }
  for (const i of same) {
    const output = node.outputs[i];
    const list = lists.get(node.inputs[i + 2] as string);
    if (output !== undefined && list !== undefined) lists.set(output, list);
  }
  return [
    {
      ...node,
      inputs: [...node.inputs.slice(0, 2), ...node.inputs.slice(2).filter((_, i) => isKept(i))],
      outputs: [
        ...node.outputs.slice(0, count).filter((_, i) => isKept(i)),
        ...Array.from({ length: body.outputs.length - 1 - count }, (_, i) => node.outputs[count + i]),
        ...[...appended.keys()].map((i) => node.outputs[i]),
      ],
      attributes: new Map([...node.attributes, ['body', inner]]),
    },
  ];
}

function isAppend(node: ImportedNode | undefined, list: string): boolean {
  return (
    node?.domain === '' &&
    node.opType === 'SequenceInsert' &&
    node.inputs[0] === list &&
    node.inputs[1] !== undefined &&
    node.inputs[2] === undefined
  );
}

function isUsedOnce({ nodes, outputs }: ImportedGraph, name: string): boolean {
  const uses = nodes.filter((n) => n.inputs.includes(name) || capturedNames(n).has(name)).length;
  return uses === 1 && !outputs.includes(name);
}
