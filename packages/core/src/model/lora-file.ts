import { digestOf } from '../backend/digest.ts';
import { BackendError, DescentError, StateError, ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import type { Tensors } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer, Layer } from '../layers/layer.ts';
import { describeValue } from '../options.ts';
import { type Adapters, type LoraLayer, withAdapters } from './lora.ts';
import { expectParameters, type Parameters } from './parameters.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { toParameters } from './to-parameters.ts';

const FORMAT = 'descent-lora-1';

/** What the file says of a weight that it does not hold. */
interface Fingerprint {
  readonly shape: readonly number[];
  readonly sha256: string;
}

/**
 * The adapters alone, with what is trained beside them, as a safetensors file. Its metadata say which layers they are for, and the shape and SHA-256 of
 * each weight under them.
 * @throws ValueError for a network that `lora` did not make; StateError when `parameters` are not its own; BackendError in pages that are not served over
 * https, which have no SHA-256.
 */
export async function encodeLora(model: AnyLayer, parameters: Parameters): Promise<Uint8Array> {
  expectLayer('model', model);
  const { lora } = model as Partial<LoraLayer<Tensors, Tensors>>;
  if (lora === undefined)
    throw new ValueError('the network has no adapters', {
      received: model.label,
      expected: "what lora(…) gives, such as lora(net, { kind: 'linear' })",
    });
  expectParameters(model, parameters);
  const isKept = new Set(model.parameters.filter(({ frozen }) => frozen !== true).map(({ name }) => name));
  const [kept, base] = [
    Object.entries(parameters).filter(([name]) => isKept.has(name)),
    Object.entries(parameters).filter(([name]) => !isKept.has(name)),
  ];
  return encodeSafetensors(Object.fromEntries(kept), {
    format: FORMAT,
    lora: JSON.stringify(lora),
    base: JSON.stringify(Object.fromEntries(await fingerprints(base))),
  });
}

/**
 * What `encodeLora` saved, on the network `base` with its numbers: the network with adapters, and all its parameters. Nothing in the file is executed.
 * @throws StateError that names the weights that are others than those under the adapters; DescentError for a damaged file, or one of another kind;
 * BackendError in pages that are not served over https.
 */
export async function decodeLora<In extends Tensors, Out extends Tensors>(
  base: Layer<In, Out>,
  parameters: Parameters,
  file: Uint8Array,
  path = 'adapters',
): Promise<{ readonly model: LoraLayer<In, Out>; readonly parameters: Parameters }> {
  expectLayer('base', base);
  expectParameters(base, parameters);
  const { tensors, metadata } = decodeSafetensors(file, path);
  const { adapters, fingerprints: wanted } = parsed(metadata, path);
  const misfits = await differences(wanted, parameters);
  if (misfits.length > 0)
    throw new StateError('the adapters belong to other weights', {
      path,
      received: misfits.join('; '),
      expected: 'the network and the numbers that they were trained on',
      fix: 'load the weights of that network first',
    });
  const model = withAdapters(base, adapters);
  const under = Object.fromEntries(Object.entries(parameters).filter(([name]) => Object.hasOwn(wanted, name)));
  const both = Object.keys(tensors).filter((name) => Object.hasOwn(under, name));
  if (both.length > 0) throw damaged(path, `${both.join(', ')}, which is said to be outside of it`);
  return { model, parameters: toParameters(model, { ...under, ...tensors }, path) };
}

function parsed(
  metadata: Readonly<Record<string, string>>,
  path: string,
): { adapters: Adapters; fingerprints: Readonly<Record<string, Fingerprint>> } {
  if (metadata['format'] !== FORMAT)
    throw new DescentError('the file holds no adapters', {
      path,
      received:
        metadata['format'] === undefined ? 'a file that does not say its format' : describeValue(metadata['format']),
      expected: `what encodeLora writes, of the format ${FORMAT}`,
    });
  const [lora, base] = [record(metadata['lora'], path, 'lora'), record(metadata['base'], path, 'base')];
  const { rank, alpha, dropout, layers, trained } = lora as { readonly [K in keyof Adapters]: unknown };
  if (!isTexts(layers) || !isTexts(trained)) throw damaged(path, 'no lists of layers and parameters');
  for (const [name, value] of Object.entries(base)) {
    const { shape, sha256 } = (value ?? {}) as Partial<Fingerprint>;
    if (!Array.isArray(shape) || typeof sha256 !== 'string') throw damaged(path, `no fingerprint of ${name}`);
  }
  // Numbers are looked at where the adapters are made.
  return {
    adapters: { rank: rank as number, alpha: alpha as number, dropout: dropout as number, layers, trained },
    fingerprints: base as Readonly<Record<string, Fingerprint>>,
  };
}

function record(text: string | undefined, path: string, key: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw damaged(path, `${describeValue(text)} for ${key}`);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function damaged(path: string, received: string): DescentError {
  return new DescentError('the file of adapters is damaged', { path, received, expected: 'what encodeLora writes' });
}

async function differences(
  wanted: Readonly<Record<string, Fingerprint>>,
  parameters: Parameters,
): Promise<readonly string[]> {
  const found = new Map(await fingerprints(Object.entries(parameters).filter(([name]) => Object.hasOwn(wanted, name))));
  return Object.entries(wanted).flatMap(([name, { shape, sha256 }]) => {
    const here = found.get(name);
    if (here === undefined) return [`there is no ${name}`];
    if (!sameShape(here.shape, shape)) return [`${name} is ${formatShape(here.shape)}, not ${formatShape(shape)}`];
    return here.sha256 === sha256 ? [] : [`${name} has other numbers`];
  });
}

function fingerprints(
  arrays: readonly (readonly [name: string, array: NDArray])[],
): Promise<readonly (readonly [string, Fingerprint])[]> {
  return Promise.all(
    arrays.map(async ([name, { shape, data }]) => {
      const sha256 = await digestOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      if (sha256 !== undefined) return [name, { shape, sha256 }] as const;
      throw new BackendError('weights cannot be compared here', {
        received: 'a page without Web Crypto',
        expected: 'Node, or a page that is served over https or from this machine',
      });
    }),
  );
}
