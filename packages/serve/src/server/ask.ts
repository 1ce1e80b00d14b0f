import type { Socket } from 'node:net';
import { BackendError } from '@descent/core';
import type { BatchRequest } from '../batching/batcher.ts';
import { GoneError, UnavailableError } from '../batching/errors.ts';
import type { LiveModel } from '../models/live-model.ts';
import type { Feeds } from '../models/served-model.ts';
import type { Context } from './context.ts';

/** The outputs for a request, in a batch with others, counted. What the client does not want any more is not computed. */
export async function ask(
  { registry, metrics }: Context,
  live: LiveModel,
  request: BatchRequest,
  socket: Socket,
): Promise<Feeds> {
  const start = performance.now();
  try {
    const outputs = await live.batcher.submit({ ...request, isGone: () => socket.destroyed });
    metrics.inference(live, 'ok', performance.now() - start);
    return outputs;
  } catch (error) {
    if (error instanceof GoneError) metrics.refused('gone');
    else if (error instanceof UnavailableError) metrics.refused(error.status === 504 ? 'timeout' : 'queue');
    else metrics.inference(live, 'failed', performance.now() - start);
    if (!hasEnded(error)) throw named(error, live.name);
    registry.reopen(live);
    throw new UnavailableError('the model stopped and is opened again', { received: (error as Error).message });
  }
}

/** What the network says, without where its file lies, which is nobody's business. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof BackendError)) return error;
  return new BackendError(error.summary, { ...error.details, path: name });
}

/** Whether the thread of a model is gone: nothing of a request can do that but by memory that is not there. */
function hasEnded(error: unknown): boolean {
  return error instanceof Error && /^(?:\S+: )?the worker of .* ended\b/.test(error.message);
}
