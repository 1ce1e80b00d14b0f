import type { ImportedGraph, ImportedNode } from './graph.ts';
import { dtypeOf, type Known } from './known.ts';
import { nodePath } from './node-path.ts';
import { operatorName } from './rule.ts';
import { STATE_INPUTS, WEIGHTED } from './rules/inputs.ts';

/** A place where a module uses one of its tensors. Operators with the same tensors throughout are one module that is applied more than once. */
interface Slot {
  readonly key: string;
  readonly node: ImportedNode;
  readonly at: number;
  readonly isState: boolean;
}

/**
 * The same graph, with tensors of their own for modules that share one since it has the same numbers, as programs leave them that make files smaller: running
 * statistics, which move by themselves, whatever else uses them; and weights whose numbers are all the same, such as gains of ones and biases of zeros.
 */
export function withUntiedUses(graph: ImportedGraph, fixed: readonly string[]): ImportedGraph {
  const slots = new Map<string, Map<string, Slot>>();
  for (const node of graph.nodes) {
    node.inputs.forEach((name, at) => {
      if (name === undefined || !graph.initializers.has(name) || fixed.includes(name)) return;
      const own = slots.get(name) ?? new Map<string, Slot>();
      const slot = slotOf(node, at);
      if (!own.has(slot.key)) own.set(slot.key, slot);
      slots.set(name, own);
    });
  }
  const initializers = new Map(graph.initializers);
  const copies = new Map<string, string>();
  for (const [name, own] of slots) {
    if (own.size < 2) continue;
    const value = initializers.get(name) as Known;
    const others = [...own.values()].filter(({ isState }) => !isState);
    const states = [...own.values()].filter(({ isState }) => isState);
    const moved = [...(others.length > 0 ? states : states.slice(1)), ...(isAlike(value) ? others.slice(1) : [])];
    for (const slot of moved.filter(({ key }) => key !== '')) {
      const copy = nameOf(slot, name, initializers);
      initializers.set(copy, { ...value });
      copies.set(`${slot.key}\0${name}`, copy);
    }
  }
  if (copies.size === 0) return graph;
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name, at) =>
      name === undefined ? name : (copies.get(`${slotOf(node, at).key}\0${name}`) ?? name),
    ),
  }));
  return { ...graph, initializers, nodes };
}

/** The slot of input `at`; all uses that are none of a module are one, of no key. */
function slotOf(node: ImportedNode, at: number): Slot {
  const operator = operatorName(node);
  const isWeight = at > 0 && WEIGHTED.has(operator) && !['Gather', 'MatMul'].includes(operator);
  const isState = STATE_INPUTS[operator]?.includes(at) === true;
  const tensors = node.inputs.slice(1);
  // No module has one tensor twice: then it is shared for its numbers alone.
  const own = new Set(tensors).size === tensors.length ? '' : `${node.outputs[0]}`;
  return { key: isWeight ? [operator, at, ...tensors, own].join('\0') : '', node, at, isState };
}

/** Whether all numbers of a float tensor are the same, of which there are more than one. */
function isAlike({ elementType, data }: Known): boolean {
  const isFloat = dtypeOf(elementType) === 'float32' && data.length > 1;
  return isFloat && Array.prototype.every.call(data, (v: number) => v === data[0]);
}

const NAMES = ['', 'weight', 'bias', 'running_mean', 'running_var'];

/** What PyTorch would call it, or `name` with a number. */
function nameOf({ node, at }: Slot, name: string, taken: ReadonlyMap<string, Known>): string {
  const path = nodePath(node);
  const usual = `${path}.${NAMES[at] ?? at}`;
  if (path !== '' && !taken.has(usual)) return usual;
  let count = 1;
  while (taken.has(`${name}.${count}`)) count++;
  return `${name}.${count}`;
}
