import { number } from './attributes.ts';
import { floats } from './constant-array.ts';
import { bodiesOf, type ImportedGraph, type ImportedNode } from './graph.ts';
import { dtypeOf, type Known } from './known.ts';
import { isModulePath, nodePath } from './node-path.ts';
import { operatorName } from './rule.ts';
import { KNOWN_INPUTS, STATE_INPUTS, WEIGHTED } from './rules/inputs.ts';
import { LABELS, type Label, SCALES } from './rules/labels.ts';
import {
  chosen,
  inputScales,
  isMask,
  type KeptBecause,
  type KindOfTensor,
  keptBecause,
  preparingNodes,
  type Trainable,
} from './trainable.ts';

/** A tensor of the file that is trained, or that the network keeps. */
export interface ImportedParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Why training does not change it; null where it does. */
  readonly kept: KeptBecause | null;
}

/** A step of the network: a node, perhaps as a layer of its own. */
export interface Step {
  readonly node: ImportedNode;
  readonly layer?: {
    /** Where it stands in the network, such as `features.0`. */
    readonly path: string;
    readonly label: string;
    /** The position of the input that is its tensor. */
    readonly input: number;
    /** Its parameters: position of the input, and name inside the layer. */
    readonly parameters: readonly { readonly input: number; readonly name: string; readonly of: ImportedParameter }[];
  };
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly constants: ReadonlyMap<string, Known>;
  /** Of the whole network, by name. */
  readonly parameters: ReadonlyMap<string, ImportedParameter>;
  /** Single numbers whose names are those of parameters, and tensors that the file calls constants: they are that as long as `trainable` does not name them. */
  readonly numbers: ReadonlyMap<string, ImportedParameter>;
}

/** A place where a node uses a value. */
interface Use {
  readonly node: ImportedNode;
  readonly input: number;
  /** Whether it stands in the body of a control flow operator. */
  readonly isInside: boolean;
}

/**
 * What of a graph is a parameter, what is known, and which nodes are layers of their own: those that take one tensor, give one, and have parameters that
 * no other uses and whose names begin alike, as exporters name those of a module; and activations and the like.
 */
export function planOf(graph: ImportedGraph, fixed: ReadonlyMap<string, Known>, trainable?: Trainable): Plan {
  const uses = usesOf(graph);
  const scales = inputScales(graph);
  const constants = new Map([...graph.initializers, ...fixed]);
  const parameters = new Map<string, ImportedParameter>();
  const numbers = new Map<string, ImportedParameter>();
  // An exporter that says what is a parameter has said it of single numbers, too.
  const isTold = (graph.kinds?.size ?? 0) > 0;
  for (const [name, value] of graph.initializers) {
    if (fixed.has(name)) continue;
    const parameter = parameterOf(name, value, uses.get(name) ?? [], {
      isScale: scales.has(name),
      kind: graph.kinds?.get(name),
    });
    if (parameter === undefined) continue;
    if (graph.constants?.has(name)) {
      if (!isTold) numbers.set(name, { ...parameter, kept: 'constant' });
      continue;
    }
    if (parameter.kept === 'single number') {
      if (!isTold && isModulePath(name) && !CONSTANT_NAME.test(name)) numbers.set(name, parameter);
      continue;
    }
    parameters.set(name, parameter);
    constants.delete(name);
  }
  if (trainable !== undefined) {
    const all = [...parameters, ...numbers].filter(([, { kept }]) => kept !== 'statistics');
    const changed = chosen(
      trainable,
      all.map(([name]) => name),
    );
    for (const [name, p] of all) {
      if (numbers.has(name) && !changed.has(name)) continue;
      parameters.set(name, { ...p, kept: changed.has(name) ? null : (p.kept ?? 'not chosen') });
      numbers.delete(name);
      constants.delete(name);
    }
  }
  const preparing = preparingNodes(graph);
  const steps = graph.nodes.map((node) => stepOf(node, labelOf(node, preparing), parameters, uses, constants));
  return {
    steps: withoutClashes(steps),
    inputs: graph.inputs.filter((name) => !graph.initializers.has(name) && !fixed.has(name)),
    outputs: graph.outputs,
    constants,
    parameters,
    numbers,
  };
}

function usesOf(graph: ImportedGraph): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  const visit = ({ nodes }: ImportedGraph, isInside: boolean): void => {
    for (const node of nodes) {
      node.inputs.forEach((name, input) => {
        if (name === undefined) return;
        const known = uses.get(name);
        if (known === undefined) uses.set(name, [{ node, input, isInside }]);
        else known.push({ node, input, isInside });
      });
      for (const body of bodiesOf(node)) visit(body, true);
    }
  };
  visit(graph, false);
  return uses;
}

function parameterOf(
  name: string,
  value: Known,
  uses: readonly Use[],
  told: Pick<KindOfTensor, 'isScale' | 'kind'>,
): ImportedParameter | undefined {
  if (dtypeOf(value.elementType) !== 'float32' || value.data.length === 0 || uses.length === 0) return undefined;
  if (isAt(KNOWN_INPUTS, uses)) return undefined;
  const isWeight = uses.some(({ node }) => WEIGHTED.has(operatorName(node)));
  const data = floats(value);
  if (isMask(data)) return undefined;
  if (data.length === 1 && !isWeight && told.kind !== 'parameter' && !WEIGHT_NAME.test(name)) {
    return { name, shape: value.shape, data, kept: 'single number' };
  }
  const isLookedUp = isWeight && uses.every(({ node, input }) => node.opType === 'Gather' && input === 0);
  const isState = isAt(STATE_INPUTS, uses);
  const kept = keptBecause({ value, ...told, isState, isWeight, isLookedUp }) ?? null;
  return { name, shape: value.shape, data, kept };
}

/** What modules call their weights, also where they are a single number: the slope of a PReLU. */
const WEIGHT_NAME = /\.(weight|bias)$/;
/** What `exportOnnx` calls constants. */
const CONSTANT_NAME = /^const_\d+$/;

/** Whether one of `uses` is an input that stands in `table`. */
function isAt(table: Readonly<Record<string, readonly number[]>>, uses: readonly Use[]): boolean {
  return uses.some(({ node, input }) => {
    const operator = operatorName(node);
    return Object.hasOwn(table, operator) && table[operator]?.includes(input) === true;
  });
}

/** What a node is called where it is a layer of its own. */
function labelOf(node: ImportedNode, preparing: ReadonlySet<ImportedNode>): Label | undefined {
  const operator = operatorName(node);
  const labels = preparing.has(node) && Object.hasOwn(SCALES, operator) ? SCALES : LABELS;
  return Object.hasOwn(labels, operator) ? labels[operator] : undefined;
}

function stepOf(
  node: ImportedNode,
  label: Label | undefined,
  parameters: Plan['parameters'],
  uses: ReadonlyMap<string, readonly Use[]>,
  constants: ReadonlyMap<string, Known>,
): Step {
  const operator = operatorName(node);
  const given = node.outputs.filter((name) => name !== undefined);
  if (label === undefined || given.length !== 1 || node.outputs[0] === undefined) return { node };
  const own = node.inputs.flatMap((name, input) => {
    const of = name === undefined ? undefined : parameters.get(name);
    return of === undefined ? [] : [{ input, of }];
  });
  const tensors = node.inputs.flatMap((name, input) =>
    name === undefined || parameters.has(name) || constants.has(name) ? [] : [input],
  );
  const [input] = tensors;
  if (input === undefined || tensors.length > 1) return { node };
  const shapes = own.map(({ of }) => of.shape);
  // A linear layer has weights [out, in]; the label says that it is one.
  if (operator === 'Gather' && (own[0]?.input !== 0 || number(node, 'axis', 0) !== 0)) return { node };
  if (operator === 'Gemm' && (number(node, 'transB', 0) === 0 || number(node, 'transA', 0) !== 0)) return { node };
  if (own.length === 0) {
    const path = nodePath(node);
    return path === '' || WEIGHTED.has(operator)
      ? { node }
      : { node, layer: { path, label: label(node, []), input, parameters: [] } };
  }
  const path = commonPath(own.map(({ of }) => of.name));
  const isAlone = own.every(({ of }) => uses.get(of.name)?.every((use) => use.node === node && !use.isInside));
  if (path === '' || !isAlone) return { node };
  const named = own.map(({ input, of }) => ({ input, of, name: of.name.slice(path.length + 1) }));
  return { node, layer: { path, label: label(node, shapes), input, parameters: named } };
}

/** `features.0` of `features.0.weight` and `features.0.bias`; empty where names begin otherwise. */
function commonPath(names: readonly string[]): string {
  const paths = new Set(names.map((name) => name.slice(0, Math.max(0, name.lastIndexOf('.')))));
  const [path = ''] = paths;
  return paths.size === 1 && new Set(names).size === names.length && names.every((n) => n.length > path.length + 1)
    ? path
    : '';
}

/**
 * Paths of layers are distinct, and no layer with parameters stands inside another: then they belong to the network itself. A layer without parameters
 * whose path another has, too, is called by its operator behind it: `3.Relu`.
 */
function withoutClashes(steps: readonly Step[]): readonly Step[] {
  const isClear = clearAmong(steps);
  // An activation behind the product of one layer has its path, too: the weights have it.
  const weighted = new Set(steps.flatMap(({ layer }) => (layer?.parameters.length ? [layer.path] : [])));
  const named = steps.map((step): Step => {
    const { layer, node } = step;
    if (layer === undefined || isClear(step) || layer.parameters.length > 0 || weighted.has(layer.path)) return step;
    const own = node.name.split('/').findLast((part) => part !== '') ?? '';
    return { node, layer: { ...layer, path: `${layer.path}.${own.startsWith(node.opType) ? own : node.opType}` } };
  });
  const isClearNow = clearAmong(named);
  return named.map((step) => (isClearNow(step) ? step : { node: step.node }));
}

/** Whether a step among these has a path of its own. */
function clearAmong(steps: readonly Step[]): (step: Step) => boolean {
  const counts = new Map<string, number>();
  const withWeights = new Map<string, number>();
  const count = (of: Map<string, number>, path: string): void => void of.set(path, (of.get(path) ?? 0) + 1);
  for (const { layer } of steps) {
    if (layer === undefined) continue;
    count(counts, layer.path);
    if (layer.parameters.length > 0) count(withWeights, layer.path);
  }
  const outer = new Set<string>();
  for (const path of counts.keys()) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) outer.add(path.slice(0, dot));
  }
  return ({ layer }) => {
    if (layer === undefined) return true;
    const same = layer.parameters.length > 0 ? withWeights : counts;
    return same.get(layer.path) === 1 && !outer.has(layer.path);
  };
}
