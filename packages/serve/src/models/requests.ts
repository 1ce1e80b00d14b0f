import type { NDArray, NDArrays, Shape } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import type { BatchRequest } from '../batching/batcher.ts';
import { toArray } from '../protocol/arrays.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { RequestedOutput } from '../protocol/infer.ts';
import type { WireTensor } from '../protocol/tensor.ts';
import type { Feeds, ServedModel, ServedPort } from './served-model.ts';

/** What a batcher is given for tensors that came over the wire, and whose memory nobody else needs. Throws a ProtocolError for other names, types and shapes than the network's. */
export function requestOf(inputs: readonly WireTensor[], model: ServedModel, joins: boolean): BatchRequest {
  expectNames(inputs, model.inputs);
  const feeds: Record<string, NDArray> = {};
  for (const port of model.inputs) {
    const i = inputs.findIndex(({ name }) => name === port.name);
    const tensor = inputs[i] as WireTensor;
    expectPort(tensor, port, `inputs[${i}]`);
    feeds[port.name] = toArray(tensor);
  }
  return { ...request(feeds, model, joins), isOwn: true };
}

/** The same for a sample that was prepared here, whose memory may be that of a predictor. */
export function requestOfSample(x: NDArrays, model: ServedModel, joins: boolean): BatchRequest {
  const [input] = model.inputs as readonly [ServedPort];
  return request(isLeaf(x) ? { [input.name]: x } : x, model, joins);
}

function request(feeds: Feeds, { inputs }: ServedModel, joins: boolean): BatchRequest {
  if (!joins) return { feeds, rows: null, key: '' };
  let rows: number | undefined;
  let key = '';
  for (const { name, shape: wanted } of inputs) {
    const { shape } = feeds[name] as NDArray;
    const [count = 0] = shape;
    if (rows !== undefined && rows !== count) {
      throw new ProtocolError('the inputs have different numbers of samples', {
        path: `inputs '${name}'`,
        received: `${count} samples, and ${rows} of another input`,
        expected: 'one size of the first axis',
      });
    }
    rows = count;
    // Of fixed sizes there is one key.
    if (wanted.indexOf(-1, 1) >= 0) key += `${shape.slice(1).join()};`;
  }
  return { feeds, rows: rows === 0 ? null : (rows ?? null), key };
}

function expectNames(inputs: readonly WireTensor[], ports: readonly ServedPort[]): void {
  const fits = inputs.length === ports.length && ports.every(({ name }) => inputs.some((one) => one.name === name));
  if (fits) return;
  throw new ProtocolError('the model takes other inputs', {
    path: 'inputs',
    received: inputs.map(({ name }) => name).join(', '),
    expected: ports.map(({ name }) => name).join(', '),
    fix: 'give one tensor for each of these names',
  });
}

function expectPort({ datatype, shape }: WireTensor, port: ServedPort, path: string): void {
  if (datatype !== port.datatype) {
    throw new ProtocolError(`the model's input '${port.name}' has another datatype`, {
      path: `${path}.datatype`,
      received: datatype,
      expected: port.datatype,
    });
  }
  if (port.anyShape === true || hasShape(shape, port.shape)) return;
  const without = hasShape([1, ...shape], port.shape);
  throw new ProtocolError(`the model's input '${port.name}' has another shape`, {
    path: `${path}.shape`,
    received: `[${shape.join(', ')}]`,
    expected: `[${port.shape.join(', ')}]${port.shape.includes(-1) ? ', -1 for any size' : ''}`,
    ...(without && { fix: `the first axis counts samples: [1, ${shape.join(', ')}] for one` }),
  });
}

function hasShape(given: Shape, wanted: Shape): boolean {
  if (given.length !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== -1 && wanted[i] !== given[i]) return false;
  return true;
}

/** The outputs that a request asks for, in its order. Throws a ProtocolError for one that the network does not have. */
export function wantedPorts(
  wanted: readonly RequestedOutput[] | undefined,
  ports: readonly ServedPort[],
): readonly { readonly port: ServedPort; readonly wanted: RequestedOutput | null }[] {
  if (wanted === undefined) return ports.map((port) => ({ port, wanted: null }));
  return wanted.map((one, i) => {
    const port = ports.find(({ name }) => name === one.name);
    if (port !== undefined) return { port, wanted: one };
    throw new ProtocolError('the model has no such output', {
      path: `outputs[${i}].name`,
      received: one.name,
      expected: ports.map(({ name }) => name).join(', '),
    });
  });
}
