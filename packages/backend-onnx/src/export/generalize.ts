import { type AxisSizes, type Shape, ShapeError } from '@descent/core/backend';
import type { Lowered } from '../lower.ts';
import { GraphBuilder, type ResultType } from '../model/builder.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from '../model/graph.ts';
import { Names } from '../model/names.ts';
import type { Constant, Value } from '../model/value.ts';
import { openConstant } from './open-constant.ts';
import { isOpenSlice, openSlice } from './open-slice.ts';
import { differs, type Place } from './place.ts';
import { formatForm, sizeForm } from './size-forms.ts';
import { SizeWriter } from './size-writer.ts';
import { isSame } from './varying-constant.ts';

/**
 * One model for all sizes of the open axes, made of models of one network for some sizes: `lowered[i]` is the model for `sizes[i]`. What
 * differs among them, such as the targets of reshapes, the bounds of slices and ranges, is computed from the shapes of the inputs.
 * @throws ShapeError naming the operator when models differ in something that cannot be computed.
 */
export function generalize(
  lowered: readonly Lowered[],
  sizes: readonly AxisSizes[],
  reserved: Iterable<string>,
): OnnxModel {
  const graphs = lowered.map(({ model }) => model.graph);
  const { name: title, inputs, outputs } = graphs[0] as OnnxModel['graph'];
  const { opset } = (lowered[0] as Lowered).model;
  const ports = [...inputs, ...outputs].map(({ name }) => name);
  const b = new GraphBuilder(new Names([...ports, ...reserved]), { opset });
  const writer = new SizeWriter(b, sizes);
  const typeOf = (i: number, name: string): ResultType => lowered[i]?.types.get(name) as ResultType;
  const shapesOf = (own: readonly string[]): readonly Shape[] => own.map((name, i) => typeOf(i, name).shape);
  // What the names of each model stand for in the new one.
  const values = graphs.map(() => new Map<string, Value>());
  const declare = (value: Value, own: readonly string[], isInput: boolean): void => {
    for (const [i, name] of own.entries()) values[i]?.set(name, value);
    writer.declare(value, shapesOf(own), isInput);
  };
  const shared = new Map<string, Value>();
  const sameConstant = (name: string, constant: Constant): Value => {
    const value = shared.get(name) ?? b.constant(constant);
    shared.set(name, value);
    return value;
  };
  const placeOf = (nodes: readonly OnnxNode[]): Place => ({
    nodes,
    constants(j) {
      const found = nodes.map((n, i) => graphs[i]?.constants.get(n.inputs[j] ?? ''));
      return found.every((c) => c !== undefined) ? found : null;
    },
    shapes: (j) => shapesOf(nodes.map((n) => n.inputs[j] as string)),
    operand(j) {
      const own = nodes.map((n) => n.inputs[j] ?? '');
      if (own.every((name) => name === '')) return null;
      const constants = this.constants(j);
      if (constants?.every((c) => isSame(c, constants[0] as Constant)))
        return sameConstant(own[0] as string, constants[0] as Constant);
      if (constants !== null) return openConstant(b, writer, this, j);
      const [value, ...more] = own.map((name, i) => values[i]?.get(name));
      if (value === undefined || more.some((other) => other !== value)) throw differs(nodes, 'other operands');
      return value;
    },
  });

  for (const { name } of inputs)
    declare(
      b.declare({ name, ...typeOf(0, name) }),
      graphs.map(() => name),
      true,
    );
  const generalOf = (builder: GraphBuilder, nodes: readonly OnnxNode[]): readonly Value[] => {
    const bodies = nodes.map((n) => n.attributes['body'] as OnnxGraph | undefined);
    const place = placeOf(nodes);
    builder.origin = nodes[0]?.origin;
    const body = bodies.every((one) => one !== undefined) ? generalBody(builder, bodies) : undefined;
    return generalNode(builder, writer, place, (name) => typeOf(0, name), body);
  };
  /** The body of a loop. What is in it tells no sizes: it is not seen from outside. */
  const generalBody = (builder: GraphBuilder, bodies: readonly OnnxGraph[]): OnnxGraph => {
    const inner = builder.inner();
    const [first] = bodies as readonly [OnnxGraph];
    const set = (value: Value, own: readonly string[]): void => {
      for (const [i, name] of own.entries()) values[i]?.set(name, value);
    };
    const seen = first.inputs.map(({ name }, k) => {
      const value = inner.declare({ name: builder.freshName('step'), ...typeOf(0, name) });
      set(value, namesAt(bodies, 'inputs', k));
      return value;
    });
    for (const nodes of alignedNodes(bodies)) {
      for (const [o, value] of generalOf(inner, nodes).entries())
        set(
          value,
          nodes.map((n) => n.outputs[o] as string),
        );
    }
    const results = first.outputs.map(
      ({ name }) => [builder.freshName('after'), values[0]?.get(name) as Value] as const,
    );
    const graph = inner.finish(first.name, seen, new Map(results));
    const opened = (kind: 'inputs' | 'outputs'): readonly ValueInfo[] =>
      graph[kind].map((info, k) => ({ ...info, shape: openShape(shapesOf(namesAt(bodies, kind, k)), sizes) }));
    return { ...graph, inputs: opened('inputs'), outputs: opened('outputs') };
  };
  const write = (nodes: readonly OnnxNode[]): void => {
    for (const [o, value] of generalOf(b, nodes).entries())
      declare(
        value,
        nodes.map((n) => n.outputs[o] as string),
        false,
      );
  };
  // A size may be told by a result that stands further behind.
  for (let waiting = alignedNodes(graphs); waiting.length > 0; ) {
    const refused: { readonly nodes: readonly OnnxNode[]; readonly error: ShapeError }[] = [];
    for (const nodes of waiting) {
      try {
        write(nodes);
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        refused.push({ nodes, error });
      }
    }
    if (refused.length === waiting.length) throw refused[0]?.error;
    waiting = refused.map(({ nodes }) => nodes);
  }
  const port = ({ name }: ValueInfo): Value => values[0]?.get(name) as Value;
  const results = new Map(outputs.map((output) => [output.name, port(output)]));
  const graph = b.finish(title, inputs.map(port), results);
  const open = (infos: readonly ValueInfo[]): readonly ValueInfo[] =>
    infos.map((info) => ({ ...info, shape: openShape(shapesOf(graphs.map(() => info.name)), sizes) }));
  return { graph: { ...graph, inputs: open(graph.inputs), outputs: open(graph.outputs) }, opset };
}

function generalNode(
  b: GraphBuilder,
  writer: SizeWriter,
  at: Place,
  typeOf: (name: string) => ResultType,
  body: OnnxGraph | undefined,
): readonly Value[] {
  const [{ type, inputs, outputs, attributes: own }] = at.nodes as readonly [OnnxNode];
  const attributes = body === undefined ? own : { ...own, body };
  const results = outputs.map(typeOf);
  if (isOpenSlice(at)) return [openSlice(b, writer, at)];
  const operands = inputs.map((_, j) => at.operand(j));
  return results.length === 1 && body === undefined
    ? [b.add(type, operands, results[0] as ResultType, attributes)]
    : b.addMany(type, operands, results, attributes);
}

/** What each body calls its input or output `k`. */
function namesAt(bodies: readonly OnnxGraph[], kind: 'inputs' | 'outputs', k: number): readonly string[] {
  return bodies.map((body) => body[kind][k]?.name as string);
}

/** The nodes of all models in order. Throws a `ShapeError` where they are not the same operators. */
function alignedNodes(graphs: readonly OnnxModel['graph'][]): readonly (readonly OnnxNode[])[] {
  const count = Math.max(...graphs.map(({ nodes }) => nodes.length));
  return Array.from({ length: count }, (_, k) => {
    const nodes = graphs.map((graph) => graph.nodes[k]);
    // Bodies of loops are compared when they are written.
    const text = (n: OnnxNode | undefined): string =>
      `${n?.type} ${JSON.stringify(n?.attributes, (name, value) => (name === 'body' ? undefined : value))}`;
    const sized = (n: OnnxNode | undefined): string => `${text(n)} ${n?.inputs.length} ${n?.outputs.length}`;
    if (nodes.every((n) => n !== undefined && sized(n) === sized(nodes[0]))) return nodes as readonly OnnxNode[];
    throw differs(nodes, [...new Set(nodes.map(text))].join(', then '));
  });
}

/** Numbers, names of axes, or how a size follows from them; `null` for one that follows in another way. */
function openShape(shapes: readonly Shape[], sizes: readonly AxisSizes[]): ValueInfo['shape'] {
  return (shapes[0] as Shape).map((first, axis) => {
    const form = sizeForm(
      shapes.map((shape) => shape[axis] as number),
      sizes,
    );
    return form === null ? null : form.kind === 'constant' ? first : formatForm(form);
  });
}
