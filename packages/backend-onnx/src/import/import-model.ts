import { DYNAMIC, describeValue, expectOptions, type NDArray, type Tensors, ValueError } from '@descent/core';
import { readMetadata, readProperties } from '../export/metadata.ts';
import { expectFeed } from '../inference/convert.ts';
import { inlineData } from '../inference/external-data.ts';
import { expectBoundedFunctions } from '../inference/function-size.ts';
import { type FilePort, type Port, portOf } from '../inference/ports.ts';
import { readModel } from '../inspect/source.ts';
import type { GraphProto } from '../proto/onnx-pb.ts';
import { withConstantWeights } from './constant-weights.ts';
import { type ElementTypes, withElementTypes } from './element-types.ts';
import { withShapes } from './given-shape.ts';
import { withHoisted } from './hoisted.ts';
import type { ImportedModel, ImportOptions } from './import-onnx.ts';
import { importedLayer } from './imported-layer.ts';
import { type ElementType, type Known, known } from './known.ts';
import { withLinears } from './linears.ts';
import { planOf } from './plan.ts';
import { readGraph } from './read-graph.ts';
import { withoutLists } from './sequences.ts';
import { expectSupported } from './supported.ts';
import { expectTrainable } from './trainable.ts';
import { withUntied } from './untied.ts';
import { withUntiedUses } from './untied-uses.ts';

/** See `importOnnx`, which loads this when it is called: training does not need it. */
export async function importModel(
  source: string | Uint8Array,
  options: ImportOptions,
): Promise<ImportedModel<Tensors, Tensors>> {
  expectOptions('importOnnx', options, ['externalData', 'fixed', 'shapes', 'batchNorm', 'trainable']);
  const { externalData = {}, fixed = {}, shapes = {}, batchNorm = 'batch', trainable } = options;
  expectTrainable(trainable);
  if (batchNorm !== 'batch' && batchNorm !== 'running') {
    throw new ValueError('importOnnx was given an invalid batchNorm', {
      path: 'batchNorm',
      received: describeValue(batchNorm),
      expected: "'batch' or 'running'",
    });
  }
  expectRecord('fixed', fixed, "{ shape: tensor([1, 2], 'int32') }");
  expectRecord('shapes', shapes, "{ input: ['batch', 3, 224, 224] }");
  const { model, path, files } = await readModel('importOnnx', source, externalData);
  expectBoundedFunctions(model, path);
  await inlineData(model, path, files);
  const plain = withHoisted(withConstantWeights(withoutLists(readGraph(model, path))));
  const graph = withUntiedUses(withUntied(plain, Object.keys(fixed)), Object.keys(fixed));
  expectSupported(graph, path);
  const { input = [], output = [] } = model.graph as GraphProto;
  const port = (name: string): FilePort => portOf(input.find((v) => v.name === name) as (typeof input)[number], path);
  const values = fixedValues(fixed, graph.inputs, port);
  const typed = withElementTypes(withLinears(graph), typesOf(input, port));
  const plan = planOf(typed, values, trainable);
  const ports = plan.inputs.map(port);
  const inputs = withShapes(ports, shapes);
  const outputs = output.map((v) => portOf(v, path));
  return {
    ...readMetadata(new Map(model.metadataProps.map(({ key, value }) => [key, value]))),
    model: importedLayer(`onnx(${graph.name || 'graph'})`, plan, inputs, batchNorm),
    parameters: Object.fromEntries(
      [...plan.parameters.values()].map(({ name, shape, data }) => [name, { dtype: 'float32', shape, data }]),
    ),
    kept: Object.fromEntries(
      [...plan.parameters.values(), ...plan.numbers.values()].flatMap(({ name, kept }) =>
        kept === null ? [] : [[name, kept]],
      ),
    ),
    inputs: inputs.map(shown),
    outputs: outputs.map(shown),
    sample: sampleOf(inputs) as never,
    properties: readProperties(new Map(model.metadataProps.map(({ key, value }) => [key, value]))),
    opset: Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1),
  };
}

function expectRecord(path: string, value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new ValueError('importOnnx takes this by the names of inputs', {
    path,
    received: describeValue(value),
    expected: `an object, such as ${example}`,
  });
}

function typesOf(inputs: GraphProto['input'], port: (name: string) => FilePort): ElementTypes {
  const type = ({ dtype, elementType }: FilePort): ElementType => elementType ?? dtype;
  return new Map(inputs.map(({ name }) => [name, type(port(name))]));
}

function shown({ axes: _, ...port }: FilePort): Port {
  return port;
}

/** One sample of each input, without the batch: open axes have the file's names, or names of their own. */
function sampleOf(inputs: readonly FilePort[]): unknown {
  const samples = inputs.map(({ name, dtype, shape, axes }) => {
    const sizes = shape.slice(1).map((d, i) => (d === DYNAMIC ? axisName(axes[i + 1] ?? `${name}_${i + 1}`) : d));
    return [name, { shape: sizes, dtype }] as const;
  });
  return samples.length === 1 ? samples[0]?.[1] : Object.fromEntries(samples);
}

/** `name` as samples have names of axes: a word, and not `batch`, which is the axis in front. */
function axisName(name: string): string {
  const word = name.replaceAll(/\W/g, '_').replace(/^(?![A-Za-z])/, 'axis_');
  return word === 'batch' ? 'batch_axis' : word;
}

/** Values for inputs, which they must fit as what is fed does: one of another shape would be broadcast. */
function fixedValues(
  fixed: Readonly<Record<string, NDArray>>,
  inputs: readonly string[],
  portOf: (name: string) => FilePort,
): ReadonlyMap<string, Known> {
  const unknown = Object.keys(fixed).find((name) => !inputs.includes(name));
  if (unknown !== undefined) {
    throw new ValueError('importOnnx was given a value for an input that the model does not have', {
      path: 'fixed',
      received: unknown,
      expected: inputs.join(', '),
    });
  }
  return new Map(
    Object.entries(fixed).map(([name, array]) => {
      expectFeed(portOf(name), array, 'fixed');
      const { dtype, shape, data } = array;
      return [name, known(dtype === 'int32' ? 'int64' : dtype, shape, data)];
    }),
  );
}
