import type { FastifyInstance } from 'fastify';
import type { ModelReady, ServerLive, ServerMetadata, ServerReady } from '../../protocol/metadata.ts';
import { type Context, type ModelParams, modelPaths } from '../context.ts';
import { packageVersion } from '../version.ts';

/** What of Triton's extensions there is. */
const EXTENSIONS: readonly string[] = ['binary_tensor_data', 'classification', 'model_repository(index)'];

/** Whether the server lives, and whether it and its models are ready. */
export function addHealth(app: FastifyInstance, context: Context): void {
  const { registry, isClosing } = context;
  const metadata: ServerMetadata = { name: 'descent', version: packageVersion(), extensions: EXTENSIONS };
  app.get('/v2', () => metadata);
  app.get('/v2/health/live', (): ServerLive => ({ live: true }));
  app.get('/v2/health/ready', (_, reply): ServerReady => {
    const ready = !isClosing() && registry.live().length > 0;
    if (!ready) reply.code(503);
    return { ready };
  });
  for (const path of modelPaths('/v2', '/ready')) {
    app.get<{ Params: ModelParams }>(path, (request, reply): ModelReady => {
      const { model, version } = request.params;
      // Throws for a model that is not there; one that is there and not ready is an answer.
      registry.versions(model);
      const ready = !isClosing() && isReady(context, model, version);
      if (!ready) reply.code(503);
      return { name: model, ready };
    });
  }
}

function isReady({ registry }: Context, name: string, version: string | undefined): boolean {
  const wanted = version === undefined ? () => true : (one: string) => one === version;
  if (version !== undefined && !registry.versions(name).includes(version)) registry.get(name, version);
  return registry.live().some((live) => live.name === name && wanted(live.version));
}
