import type { Layer, LayerContext, Node, Tensors } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import type { FilePort } from '../inference/ports.ts';
import { expectInput } from './expect-input.ts';
import type { BatchNormMode } from './import-onnx.ts';
import { applyNode, keepOutputs, lifted, lookUp, MOST_NODES, type Scope, type Surroundings } from './interpret.ts';
import { isKnown, type Known } from './known.ts';
import { isStepwise, type Local } from './loops/stepwise.ts';
import type { ImportedParameter, Plan, Step } from './plan.ts';

type Spec = Layer['parameters'][number];

/** The network of a file as a layer: nodes become core's ops when it is applied, and its parameters start with the numbers of the file. */
export function importedLayer(
  label: string,
  plan: Plan,
  ports: readonly FilePort[],
  batchNorm: BatchNormMode,
): Layer<Tensors, Tensors> {
  const children = new Map<string, Layer>();
  const inside = new Set<string>();
  for (const step of plan.steps) {
    if (step.layer === undefined) continue;
    children.set(step.layer.path, layerOf(step as Required<Step>, plan.constants, batchNorm));
    for (const { of } of step.layer.parameters) inside.add(of.name);
  }
  return {
    label,
    parameters: [...plan.parameters.values()].map((p) => specOf(p, p.name)),
    ...(children.size > 0 && { children }),
    apply(x, context) {
      const values = new Map<string, Local>();
      for (const port of ports) {
        values.set(port.name, expectInput(port, givenFor(port.name, x, ports.length === 1)));
      }
      const around = surroundings(context, batchNorm, (name, value) => {
        if (plan.parameters.get(name)?.kept != null) context.assign(name, value);
      });
      const scope: Scope = {
        get: (name) =>
          values.get(name) ??
          plan.constants.get(name) ??
          (plan.parameters.has(name) && !inside.has(name) ? context.parameter(name) : undefined),
      };
      for (const step of plan.steps) {
        const { node, layer } = step;
        const child = layer === undefined ? undefined : children.get(layer.path);
        const given = layer === undefined ? undefined : lookUp(node.inputs[layer.input] as string, scope);
        if (layer === undefined || child === undefined || given === undefined) {
          keepOutputs(node, applyNode(node, scope, around), values);
        } else if (!isStepwise(given) && isKnown(given) && layer.parameters.length === 0) {
          keepOutputs(node, applyNode(node, scope, around), values);
        } else {
          const y = context.applyChild(layer.path, child, lifted(given, around, layer.path));
          keepOutputs(node, [y], values);
        }
      }
      const results = plan.outputs.map((name) => [name, lifted(lookUp(name, scope), around, name)] as const);
      return results.length === 1 ? (results[0]?.[1] as Node) : Object.fromEntries(results);
    },
  };
}

/** One tensor is the input of a network that has one; else inputs are given by name. */
function givenFor(name: string, x: Tensors, isOnly: boolean): Node | undefined {
  if (isLeaf(x)) return isOnly ? x : undefined;
  return Object.hasOwn(x, name) ? (x as Readonly<Record<string, Node>>)[name] : undefined;
}

/** A node as a layer of its own. */
function layerOf(
  { node, layer }: Required<Step>,
  constants: ReadonlyMap<string, Known>,
  batchNorm: BatchNormMode,
): Layer {
  const names = new Map(layer.parameters.map(({ of, name }) => [of.name, name]));
  return {
    label: layer.label,
    parameters: layer.parameters.map(({ of, name }) => specOf(of, name)),
    apply(x, context) {
      const around = surroundings(context, batchNorm, (name, value) => {
        const own = layer.parameters.find(({ of }) => of.name === name);
        if (own !== undefined && own.of.kept !== null) context.assign(own.name, value);
      });
      const scope: Scope = {
        get(name) {
          if (name === node.inputs[layer.input]) return x;
          const own = names.get(name);
          return own === undefined ? constants.get(name) : context.parameter(own);
        },
      };
      const [y] = applyNode(node, scope, around);
      return lifted(y as Local, around, layer.path);
    },
  };
}

function surroundings(context: LayerContext, batchNorm: BatchNormMode, assign: Surroundings['assign']): Surroundings {
  return {
    training: context.training,
    random: context.random,
    batchNorm,
    assign,
    constants: new Map(),
    budget: { left: MOST_NODES },
    depth: 0,
    guard: undefined,
  };
}

function specOf({ shape, data, kept }: ImportedParameter, name: string): Spec {
  return { name, shape, init: () => data.slice(), ...(kept !== null && { trainable: false }) };
}
