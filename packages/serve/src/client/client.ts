import { describeValue, expectOptions, ValueError } from '@descent/core';
import type { Datatype } from '../protocol/datatypes.ts';
import { decodeInferResponse, encodeInferRequest, type RequestedOutput } from '../protocol/infer.ts';
import { HEADER_LENGTH } from '../protocol/message.ts';
import type { ModelMetadata, RepositoryEntry, ServerMetadata } from '../protocol/metadata.ts';
import type { WireParameters } from '../protocol/tensor.ts';
import { baseOf, modelPath } from './address.ts';
import { ClientError, StatusError } from './errors.ts';
import { type Predicted, type PredictedOrError, type PredictItem, predictBody } from './predict.ts';
import { type Answer, type Asked, jsonOf, request, type Transport } from './request.ts';
import { fromWire, type InputTensor, type OutputTensor, toWire } from './tensors.ts';

export interface ClientOptions {
  /** Sent as `Authorization: Bearer <token>`. */
  readonly token?: string;
  /** Milliseconds for one call with all its tries. Default 30,000. */
  readonly timeout?: number;
  /** Ends every call of the client. */
  readonly signal?: AbortSignal;
  /** How often a call is made again after 503 or 429, where the server says when to with Retry-After. Default 3. */
  readonly retries?: number;
  /** Sent with each call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the one of Node or the browser. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Of one call, in place of the client's. */
export interface CallOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface InferOptions extends CallOptions {
  /** Default: which one is the server's choice. */
  readonly version?: string | number;
  /** Which outputs are wanted. Default: all. */
  readonly outputs?: readonly (string | RequestedOutput)[];
  /**
   * Whether tensors travel as bytes: exact, and a fraction of the size of JSON. Default: where the server says that it can, which is asked once.
   */
  readonly binary?: boolean;
  readonly id?: string;
  readonly parameters?: WireParameters;
}

export interface PredictOptions extends CallOptions {
  readonly version?: string | number;
  /** The most classes that are told of each item. Default 3. */
  readonly top?: number;
}

/** The answer of a model. */
export interface Inference {
  readonly model: string;
  /** Of servers that have versions. */
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly parameters: WireParameters | undefined;
  /** By their names. */
  readonly outputs: Readonly<Record<string, OutputTensor>>;
  /** An output, of a datatype where the caller knows it. Throws a ClientError when there is none of that name, or it has another datatype. */
  get(name: string): OutputTensor;
  get<D extends Datatype>(name: string, datatype: D): OutputTensor<D>;
}

/** Asks one server of the Open Inference Protocol v2. It holds no connection, and needs no end. */
export interface Client {
  /** Whether the server lives, and whether it takes requests. Throws only when nobody answers. */
  health(options?: CallOptions): Promise<{ readonly live: boolean; readonly ready: boolean }>;
  server(options?: CallOptions): Promise<ServerMetadata>;
  /** Which models there are, where the server tells: Triton and Descent do, the protocol asks it of nobody. */
  models(options?: CallOptions): Promise<readonly RepositoryEntry[]>;
  /** Inputs and outputs of a model. */
  metadata(model: string, version?: string | number, options?: CallOptions): Promise<ModelMetadata>;
  isReady(model: string, version?: string | number, options?: CallOptions): Promise<boolean>;
  /**
   * Asks a model.
   * @param inputs Tensors by the names of the model's inputs.
   * @throws ValueError for what is no tensor; StatusError when the server refuses, ConnectionError when nobody answers, DeadlineError when the time is over;
   * ProtocolError for an answer that is none; the reason of an aborted signal.
   */
  infer(model: string, inputs: Readonly<Record<string, InputTensor>>, options?: InferOptions): Promise<Inference>;
  /**
   * What a model sees in a picture, or makes of a row or a text, prepared on the server as training did. Of servers of Descent alone; the protocol knows
   * tensors only. Of a list, each item has its answer or says why it has none.
   * @throws as `infer`.
   */
  predict(model: string, item: PredictItem, options?: PredictOptions): Promise<Predicted>;
  predict(model: string, items: readonly PredictItem[], options?: PredictOptions): Promise<readonly PredictedOrError[]>;
}

const OPTIONS = ['token', 'timeout', 'signal', 'retries', 'headers', 'fetch'];
const OF_CALL = ['timeout', 'signal'];
const OF_PREDICT = [...OF_CALL, 'version', 'top'];
const OF_INFER = [...OF_CALL, 'version', 'outputs', 'binary', 'id', 'parameters'];

/**
 * A client of any server of the Open Inference Protocol v2: Descent's, Triton, KServe, OpenVINO Model Server. For Node and browsers.
 * @param url Of the server, such as `http://127.0.0.1:8000`.
 * @throws ValueError for an address or an option that is none.
 */
export function createClient(url: string | URL, options: ClientOptions = {}): Client {
  expectOptions('createClient', options, OPTIONS);
  const { token, timeout: usual = 30_000, signal: all, retries = 3, headers = {}, fetch = globalThis.fetch } = options;
  expectTime('timeout', usual);
  if (!Number.isSafeInteger(retries) || retries < 0) throw invalid('retries', retries, 'a whole number of at least 0');
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))) {
    // The token itself stays out of messages, which end in logs.
    throw invalid(
      'token',
      typeof token === 'string' ? 'a text with other characters' : token,
      'a text of visible ASCII characters',
    );
  }
  const transport: Transport = {
    base: baseOf(url),
    headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    fetch,
    retries,
  };
  const ask = (what: string, options: CallOptions, asked: Omit<Asked, 'timeout' | 'signals'>): Promise<Answer> => {
    const { timeout = usual, signal } = options;
    expectTime(`${what}: timeout`, timeout);
    return request(transport, { ...asked, timeout, signals: [all, signal] });
  };
  const json = async (what: string, options: CallOptions, path: string): Promise<unknown> => {
    expectOptions(what, options, OF_CALL);
    return jsonOf(await ask(what, options, { path }));
  };
  const isOk = async (what: string, options: CallOptions, path: string): Promise<boolean> => {
    expectOptions(what, options, OF_CALL);
    const { status } = await ask(what, options, { path, accepts: [400, 404, 500, 502, 503, 504] });
    return status < 300;
  };
  const server = async (options: CallOptions = {}): Promise<ServerMetadata> =>
    (await json('server', options, '/v2')) as ServerMetadata;

  let takesBinary: Promise<boolean> | undefined;
  /** Asked once; a failure is not kept. */
  const takesBytes = (options: CallOptions): Promise<boolean> => {
    takesBinary ??= server(options).then(
      ({ extensions }) => Array.isArray(extensions) && extensions.includes('binary_tensor_data'),
      (error: unknown) => {
        takesBinary = undefined;
        // Servers need not say anything of themselves.
        if (error instanceof StatusError && (error.status === 404 || error.status === 405)) return false;
        throw error;
      },
    );
    return takesBinary;
  };

  const predict = async (model: string, items: unknown, options: PredictOptions = {}): Promise<unknown> => {
    expectOptions('predict', options, OF_PREDICT);
    const { version, top, signal, timeout } = options;
    const count = top === undefined ? '' : `?top=${encodeURIComponent(top)}`;
    const path = `${modelPath(model, version).replace('/v2/', '/descent/')}/predict${count}`;
    const { type, body } = predictBody(items);
    const call = { ...(signal !== undefined && { signal }), ...(timeout !== undefined && { timeout }) };
    const answer = await ask('predict', call, { path, method: 'POST', headers: { 'Content-Type': type }, body });
    const { answers } = jsonOf(answer) as { readonly answers?: unknown };
    const isWhole = Array.isArray(answers) && answers.length === (Array.isArray(items) ? items.length : 1);
    if (isWhole) return Array.isArray(items) ? answers : answers[0];
    throw new ClientError(answer.url, 'the answer has no answers', { received: describeValue(answers) });
  };

  return {
    predict: predict as Client['predict'],
    async health(options = {}) {
      const [live, ready] = await Promise.all(
        ['live', 'ready'].map((what) => isOk('health', options, `/v2/health/${what}`)),
      );
      return { live: live === true, ready: ready === true };
    },
    server,
    async models(options = {}) {
      expectOptions('models', options, OF_CALL);
      const asked = {
        path: '/v2/repository/index',
        method: 'POST',
        headers: JSON_HEADERS,
        body: new TextEncoder().encode('{}'),
      } as const;
      const answer = await ask('models', options, asked);
      const list = jsonOf(answer);
      if (Array.isArray(list)) return list as readonly RepositoryEntry[];
      throw new ClientError(answer.url, 'the answer is no list of models', { received: describeValue(list) });
    },
    metadata: async (model, version, options = {}) =>
      (await json('metadata', options, modelPath(model, version))) as ModelMetadata,
    isReady: async (model, version, options = {}) => isOk('isReady', options, `${modelPath(model, version)}/ready`),
    async infer(model, inputs, options = {}) {
      expectOptions('infer', options, OF_INFER);
      const { version, outputs, id, parameters, signal, timeout } = options;
      const path = `${modelPath(model, version)}/infer`;
      const tensors = expectInputs(inputs).map(([name, tensor]) => toWire(name, tensor));
      const call = { ...(signal !== undefined && { signal }), ...(timeout !== undefined && { timeout }) };
      const binary = options.binary ?? (await takesBytes(call));
      const { body, headerLength, contentType } = encodeInferRequest(
        {
          ...(id !== undefined && { id }),
          ...(parameters !== undefined && { parameters }),
          inputs: tensors,
          ...(outputs !== undefined && {
            outputs: outputs.map((one) => (typeof one === 'string' ? { name: one } : one)),
          }),
          ...(binary && { binaryOutput: true }),
        },
        binary,
      );
      const answer = await ask('infer', call, {
        path,
        method: 'POST',
        headers: { 'Content-Type': contentType, ...(headerLength !== null && { [HEADER_LENGTH]: `${headerLength}` }) },
        body,
      });
      return inference(answer, outputs);
    },
  };
}

const JSON_HEADERS = { 'Content-Type': 'application/json' };

function inference(answer: Answer, wanted: InferOptions['outputs']): Inference {
  const { url, headers, body } = answer;
  const length = headers.get(HEADER_LENGTH);
  if (length === null && headers.get('content-type')?.startsWith('application/octet-stream') === true) {
    throw new ClientError(url, 'the answer does not say where its JSON ends', {
      received: `bytes without the header ${HEADER_LENGTH}`,
      fix: `let the server expose that header to pages (Access-Control-Expose-Headers), or ask with binary: false`,
    });
  }
  const response = decodeInferResponse(body, length);
  const outputs: Readonly<Record<string, OutputTensor>> = Object.fromEntries(
    response.outputs.map((tensor) => [tensor.name, fromWire(tensor)]),
  );
  const names = Object.keys(outputs);
  const get = <D extends Datatype>(name: string, datatype?: D): OutputTensor<D> => {
    const found = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    if (found === undefined) {
      throw new ClientError(url, `the answer has no output '${name}'`, { received: names.join(', ') });
    }
    if (datatype === undefined || found.datatype === datatype) return found as OutputTensor<D>;
    throw new ClientError(url, `the output '${name}' has another datatype`, {
      received: found.datatype,
      expected: datatype,
    });
  };
  for (const one of wanted ?? []) get(typeof one === 'string' ? one : one.name);
  return {
    model: response.modelName,
    version: response.modelVersion,
    id: response.id,
    parameters: response.parameters,
    outputs,
    get,
  };
}

function expectInputs(inputs: unknown): readonly (readonly [string, unknown])[] {
  const isRecord =
    typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs) && !ArrayBuffer.isView(inputs);
  const entries = isRecord ? Object.entries(inputs) : [];
  const isTensor = entries.length > 0 && isRecord && 'shape' in inputs && 'data' in inputs;
  if (entries.length > 0 && !isTensor) return entries;
  throw new ValueError('infer takes its tensors by the names of the inputs', {
    path: 'inputs',
    received: isTensor ? 'one tensor' : describeValue(inputs),
    expected: '{ input: { shape: [1, 4], data: Float32Array.of(…) } }',
    fix: 'client.metadata(model) tells the names',
  });
}

/** What timers take: longer ones would end at once. */
const MOST_MS = 2 ** 31 - 1;

function expectTime(path: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value <= MOST_MS) return;
  throw invalid(path, value, `milliseconds, more than 0 and at most ${MOST_MS}`);
}

function invalid(path: string, value: unknown, expected: string): ValueError {
  return new ValueError('the client was given an option that does not fit', {
    path,
    received: describeValue(value),
    expected,
  });
}
