import { rename, rm, writeFile } from 'node:fs/promises';
import {
  expectParameters,
  forwardGraph,
  type ImagePreprocessing,
  type Layer,
  type Loss,
  type OutputKind,
  type Parameters,
  type SampleType,
  sequential,
  softmax as softmaxLayer,
  ValueError,
} from '@descent/core';
import { DYNAMIC, type Graph, inputOp, isOp, node, rewrite } from '@descent/core/backend';
import { lowerGraph } from '../lower.ts';
import type { OnnxModel } from '../model/graph.ts';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-proto.ts';
import { writeMetadata } from './metadata.ts';
import { expectLabels, exportedKind, outputName } from './output.ts';
import { type Proof, prove, type VerifyOptions } from './prove.ts';

export interface ExportOptions {
  /** The numbers of the network, such as `await trainer.parameters()`. */
  readonly parameters: Parameters;
  /** Shape of one sample, without the batch, and its element type. */
  readonly sample: SampleType;
  /** Where to write the file; it appears there only when it is whole and proved. Default: nowhere, the bytes are returned. */
  readonly path?: string;
  /** Version of the ONNX operator set. Default 17. */
  readonly opset?: number;
  /** `'dynamic'` (default) takes batches of any size, a number only that one. */
  readonly batch?: 'dynamic' | number;
  /** End with a softmax, so that the output is probabilities. Default false: as trained. Refused where it would mean nothing. */
  readonly softmax?: boolean;
  /** What the output is. Default: as the network shows it by its end; without a softmax or a sigmoid there, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: Loss;
  /** Class names in the order of the output, kept in the file; for no and yes where the output is one number. */
  readonly labels?: readonly string[];
  /** How a picture becomes the input, kept in the file for programs that open images. */
  readonly preprocessing?: ImagePreprocessing;
  /** Real inputs to prove the file with; random ones by default. `false` skips the proof. */
  readonly verify?: VerifyOptions | false;
}

export interface ExportResult extends Proof {
  readonly bytes: Uint8Array;
}

/**
 * Writes `model` as an ONNX file: named input `input` and an output named for what it is, such as `logits` or `probabilities`, parameters under their own names, nothing left
 * from training. The file is proved: it runs in a fresh session, and what it computes is compared with core's reference interpreter.
 * @throws StateError when the parameters are another network's, ValueError for options that do not fit, NumericError when the proof fails.
 */
export async function exportOnnx(model: Layer, options: ExportOptions): Promise<ExportResult> {
  const { parameters, sample, path, labels, preprocessing, softmax = false, verify = {} } = options;
  expectParameters(model, parameters);
  const whole = softmax ? sequential({ model, softmax: softmaxLayer() }) : model;
  const prefix = softmax ? 'model.' : '';
  const kind = exportedKind(model, sample, options);
  const dynamic = forwardGraph(whole, sample);
  expectLabels(labels, dynamic.outputs.get('output')?.type.shape.at(-1));
  const fixed = withBatch(dynamic, options.batch ?? 'dynamic');
  const named: Graph = { ...fixed, outputs: new Map([[outputName(kind), fixed.outputs.get('output') as never]]) };
  const { model: lowered } = lowerGraph(named, { opset: options.opset ?? DEFAULT_OPSET, name: 'descent' });
  const info = writeMetadata(
    { ...(labels && { labels }), ...(preprocessing && { preprocessing }), outputKind: kind },
    `Trained with Descent: ${describe(model)}`,
  );
  const bytes = toBytes(withInitializers(lowered, parameters, prefix), info);
  const proof =
    verify === false
      ? { maxAbsDifference: Number.NaN, samples: 0 }
      : await prove({ ...options, bytes, graph: dynamic, prefix, verify });
  if (path !== undefined) await writeAtomically(path, bytes);
  return { bytes, ...proof };
}

/** Turns the graph inputs that are parameters into initializers: constants with a name. */
function withInitializers({ graph, opset }: OnnxModel, parameters: Parameters, prefix: string): OnnxModel {
  const initializers = Object.entries(parameters).map(
    ([name, p]) => [name, { dtype: p.dtype, shape: p.shape, data: p.data }] as const,
  );
  const ours = new Set(initializers.map(([name]) => `${prefix}${name}`));
  const rename = (name: string): string => (ours.has(name) ? name.slice(prefix.length) : name);
  return {
    opset,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => !ours.has(name)),
      constants: new Map([...initializers, ...graph.constants]),
      nodes: graph.nodes.map((n) => ({ ...n, inputs: n.inputs.map(rename) })),
    },
  };
}

/** Gives the dynamic axis a size, and every node that depends on it a new type. */
function withBatch(g: Graph, batch: 'dynamic' | number): Graph {
  if (batch === 'dynamic') return g;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new ValueError('exportOnnx was given an invalid batch', {
      path: 'batch',
      received: String(batch),
      expected: "'dynamic' or an integer of at least 1",
    });
  }
  const resize = (value: unknown): unknown =>
    Array.isArray(value) && value.includes(DYNAMIC) ? value.map((d) => (d === DYNAMIC ? batch : d)) : value;
  return rewrite(g, (n) => {
    // Attributes with a -1 are shapes; those of other meaning (axes, indices) are never negative.
    const attrs = Object.fromEntries(Object.entries(n.attrs).map(([k, v]) => [k, resize(v)]));
    return isOp(n, inputOp) && !n.type.shape.includes(DYNAMIC) ? n : node(n.op, n.inputs, attrs);
  });
}

function describe(model: Layer): string {
  return model.children === undefined ? model.label : [...model.children.values()].map(describe).join(', ');
}

/** Nobody ever sees half a file: it is written beside its place and then moved there. */
async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
