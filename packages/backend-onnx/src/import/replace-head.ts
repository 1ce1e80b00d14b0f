import {
  type AnyLayer,
  conv2d,
  formatShape,
  forwardGraph,
  identity,
  type Layer,
  linear,
  type Node,
  outputKindOf,
  replace,
  type SampleType,
  type Selected,
  ShapeError,
  select,
  ValueError,
} from '@descent/core';
import { exampleSizes, openAxes, sampleAt } from '@descent/core/backend';
import { expectClasses } from './expect-classes.ts';
import type { ImportedModel } from './import-onnx.ts';

export interface ReplaceHeadOptions {
  /** The path of the last layer with weights, such as `'fc'`. Default: the last linear layer or, where there is none, the last convolution of single pixels. */
  readonly path?: string;
}

/** A network whose last layer gives other classes. */
export interface ReplacedHead {
  readonly model: Layer;
  /** The path of the new layer. */
  readonly path: string;
  /** How many numbers the new layer takes. */
  readonly features: number;
  /** How many classes the old one gave. */
  readonly before: number;
  /** What it is, such as `linear(512 → 5)`. */
  readonly label: string;
  /** The path of the softmax that the file ended in, which is left out: losses take logits. `exportOnnx` puts one behind again with `softmax: true`. Else `null`. */
  readonly softmax: string | null;
}

/**
 * The network of an ONNX file for `classes` other classes: a new last layer in the place of the old one, drawn when parameters are; all others keep their numbers
 * and names.
 * @throws ValueError where there is no such layer, or more than one could be meant; ShapeError where the output does not follow from it alone.
 */
export function replaceHead(network: ImportedModel, classes: number, options: ReplaceHeadOptions = {}): ReplacedHead {
  expectClasses('replaceHead', classes);
  if (network.outputs.length !== 1) {
    throw new ValueError('replaceHead takes a network of one output', {
      received: `outputs ${namesOf(network.outputs)}`,
      fix: 'replace layers by their paths: replace(network.model, { match: /^fc$/ }, linear(512, 5))',
    });
  }
  const { model } = network;
  const head = headOf(model, options.path);
  const [before, features] = sizesOf(head);
  const made = head.layer.label.startsWith('linear') ? linear(features, classes) : conv2d(features, classes, 1);
  const replaced = replace(model, { match: exactly(head.path) }, made);
  const softmax = lastSoftmax(replaced, head.path);
  const whole = softmax === undefined ? replaced : replace(replaced, { match: exactly(softmax) }, identity());
  expectOutput(network, whole, classes, head.path);
  return { model: whole, path: head.path, features, before, label: made.label, softmax: softmax ?? null };
}

function headOf(model: AnyLayer, path: string | undefined): Selected {
  const all = model.children === undefined ? [] : select(model, { match: /./ });
  if (path !== undefined) {
    const found = all.find((one) => one.path === path);
    if (found !== undefined && weightOf(found) !== undefined) return found;
    const known = all.filter((one) => weightOf(one) !== undefined).map((one) => one.path);
    throw new ValueError('there is no layer with weights at this path', {
      path: 'path',
      received: path,
      expected: known.slice(-20).join(', ') || 'a network with layers that have weights',
    });
  }
  const linears = all.filter((one) => one.layer.label.startsWith('linear') && weightOf(one)?.length === 2);
  const pixels = all.filter((one) => /^conv2d/.test(one.layer.label) && weightOf(one)?.slice(2).join() === '1,1');
  const head = linears.at(-1) ?? pixels.at(-1);
  if (head !== undefined) return head;
  throw new ValueError('the network has no last layer that can be replaced', {
    received: all
      .map((one) => one.path)
      .slice(-10)
      .join(', '),
    expected: 'a linear layer, or a convolution of single pixels, with weights of its own',
    fix: 'replace another part by its path with replace, or put layers behind the network: sequential(network.model, linear(1000, 5))',
  });
}

function weightOf({ layer }: Selected): readonly number[] | undefined {
  return layer.parameters.find(({ shape }) => shape.length >= 2)?.shape;
}

function sizesOf(head: Selected): readonly [number, number] {
  const [before = 0, features = 0] = weightOf(head) ?? [];
  return [before, features];
}

/** The softmax that stands alone behind the head. */
function lastSoftmax(model: AnyLayer, head: string): string | undefined {
  const paths = [...(model.children ?? [])];
  const from = paths.findIndex(([path]) => path === head);
  const [last] = paths
    .slice(from + 1)
    .filter(([, { label }]) => label === 'softmax')
    .slice(-1);
  return last?.[0];
}

function expectOutput(network: ImportedModel, model: Layer<Node, Node>, classes: number, head: string): void {
  const axes = openAxes('replaceHead', network.sample, network.axes);
  const sample = sampleAt(network.sample, exampleSizes(axes)) as SampleType;
  const output = forwardGraph(model, sample, { batch: 2 }).outputs.get('output') as Node;
  const kind = outputKindOf(output);
  if (/probabilities/.test(kind)) {
    throw new ValueError('the network ends in a softmax that is no layer of its own', {
      path: head,
      received: `an output of ${kind}`,
      expected: 'logits behind the last layer, or a softmax that can be taken away',
      fix: 'replace the layer by its path with replace, and train with a loss of probabilities',
    });
  }
  if (output.type.shape.length >= 2 && output.type.shape[1] === classes) return;
  throw new ShapeError('the output does not follow from the replaced layer', {
    path: head,
    received: formatShape(output.type.shape),
    expected: `[batch, ${classes}]`,
    fix: "name the layer that gives the classes: replaceHead(network, 5, { path: 'classifier.6' })",
  });
}

function namesOf(ports: readonly { readonly name: string }[]): string {
  return ports.map(({ name }) => name).join(', ');
}

function exactly(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
}
