import type { FastifyInstance } from 'fastify';
import type { ServedPort } from '../../models/served-model.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { said } from '../../protocol/json-data.ts';
import { MESSAGE_LIMITS } from '../../protocol/limits.ts';
import { splitMessage } from '../../protocol/message.ts';
import type { ModelMetadata, RepositoryEntry, TensorMetadata } from '../../protocol/metadata.ts';
import { bytesOf } from '../body.ts';
import { type Context, type ModelParams, modelOf, modelPaths } from '../context.ts';

/** Which models there are, and what they take and give. */
export function addModels(app: FastifyInstance, context: Context): void {
  const { registry } = context;
  app.get('/v2/models', (): readonly RepositoryEntry[] => registry.index());
  app.post('/v2/repository/index', (request): readonly RepositoryEntry[] => {
    const body = bytesOf(request, ['application/json', 'application/octet-stream']);
    const onlyReady = body.length > 0 && wantsReady(body);
    return registry.index().filter(({ state }) => !onlyReady || state === 'READY');
  });
  for (const path of modelPaths('/v2', '')) {
    app.get<{ Params: ModelParams }>(path, (request): ModelMetadata => {
      const { name, model } = modelOf(context, request.params);
      return {
        name,
        versions: registry.versions(name),
        platform: model.platform,
        inputs: model.inputs.map(tensorMetadata),
        outputs: model.outputs.map(tensorMetadata),
      };
    });
  }
}

function tensorMetadata({ name, datatype, shape }: ServedPort): TensorMetadata {
  return { name, datatype, shape };
}

function wantsReady(body: Uint8Array): boolean {
  const { ready = false } = splitMessage(body, null, MESSAGE_LIMITS).json;
  if (typeof ready === 'boolean') return ready;
  throw new ProtocolError('this is neither true nor false', {
    path: 'ready',
    received: said(ready),
    expected: 'true or false',
  });
}
