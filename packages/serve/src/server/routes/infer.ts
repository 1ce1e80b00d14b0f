import type { NDArray } from '@descent/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestOf, wantedPorts } from '../../models/requests.ts';
import type { Feeds } from '../../models/served-model.ts';
import { fromArray } from '../../protocol/arrays.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { decodeInferRequest, encodeInferResponse, type InferRequest } from '../../protocol/infer.ts';
import { HEADER_LENGTH, type OutgoingTensor } from '../../protocol/message.ts';
import { ask } from '../ask.ts';
import { bytesOf } from '../body.ts';
import { classified } from '../classification.ts';
import { type Context, type ModelParams, modelOf, modelPaths } from '../context.ts';

const TYPES: readonly string[] = ['application/json', 'application/octet-stream'];
/** As Node has it. */
const LENGTH = HEADER_LENGTH.toLowerCase();

/** Tensors in, tensors out. */
export function addInfer(app: FastifyInstance, context: Context): void {
  for (const path of modelPaths('/v2', '/infer')) {
    app.post<{ Params: ModelParams }>(path, (request, reply) => infer(context, request, reply));
  }
}

async function infer(
  context: Context,
  request: FastifyRequest<{ Params: ModelParams }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const live = modelOf(context, request.params);
  const { model, joining } = live;
  const body = bytesOf(request, TYPES);
  const given = request.headers[LENGTH];
  const wanted = decodeInferRequest(body, Array.isArray(given) ? given.join() : given);
  expectSupported(wanted);
  const ports = wantedPorts(wanted.outputs, model.outputs);
  const outputs = await ask(context, live, requestOf(wanted.inputs, model, joining.most > 1), request.raw.socket);
  const {
    headerLength,
    contentType,
    body: answer,
  } = encodeInferResponse(
    { modelName: live.name, modelVersion: live.version, ...(wanted.id !== undefined && { id: wanted.id }) },
    ports.map((port) => outgoing(port, outputs, wanted, model.labels ?? [])),
  );
  reply.header('content-type', contentType);
  if (headerLength !== null) reply.header(HEADER_LENGTH, headerLength);
  return reply.send(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength));
}

function outgoing(
  { port, wanted }: ReturnType<typeof wantedPorts>[number],
  outputs: Feeds,
  { binaryOutput = false }: InferRequest,
  labels: readonly string[],
): OutgoingTensor {
  const array = outputs[port.name] as NDArray;
  const count = wanted?.parameters?.['classification'];
  const tensor =
    count === undefined ? fromArray(port.name, array, port.datatype) : classified(port.name, array, count, labels);
  return { tensor, binary: wanted?.binary ?? binaryOutput };
}

/** Extensions of Triton that would change the answer and are not there. */
const UNSUPPORTED: readonly string[] = [
  'sequence_id',
  'sequence_start',
  'sequence_end',
  'shared_memory_region',
  'shared_memory_byte_size',
  'shared_memory_offset',
];

function expectSupported({ parameters, inputs, outputs = [] }: InferRequest): void {
  for (const given of [parameters, ...[...inputs, ...outputs].map((one) => one.parameters)]) {
    const odd = given === undefined ? undefined : UNSUPPORTED.find((name) => Object.hasOwn(given, name));
    if (odd === undefined) continue;
    throw new ProtocolError('this server does not have such an extension', {
      path: 'parameters',
      received: odd,
      expected: 'binary_data_size, binary_data, binary_data_output, classification',
    });
  }
}
