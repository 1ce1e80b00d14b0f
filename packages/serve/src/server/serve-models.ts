import type { AddressInfo } from 'node:net';
import { DescentError } from '@descent/core';
import { findModels } from '../models/find-models.ts';
import { openLive } from '../models/live-model.ts';
import { openOnnxModel } from '../models/open-onnx.ts';
import { createRegistry } from '../models/registry.ts';
import { pageFiles } from '../page/page-files.ts';
import type { RepositoryEntry } from '../protocol/metadata.ts';
import { createApp } from './app.ts';
import { createLoad } from './load.ts';
import { createMetrics } from './metrics.ts';
import { type ServeOptions, settingsOf } from './options.ts';

/** A server that listens. */
export interface ModelServer {
  /** `http://127.0.0.1:8000`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The models and their states. */
  models(): readonly RepositoryEntry[];
  /** Looks at the files now, and resolves when what has changed is taken over. */
  refresh(): Promise<void>;
  /**
   * Takes no more requests, answers those that are there, at most `within` milliseconds long, and frees everything.
   * @param within Default 10,000.
   */
  close(within?: number): Promise<void>;
}

/**
 * Opens models and answers for them by the Open Inference Protocol.
 * @throws ValueError for options that are not valid, DescentError when there is nothing to serve, no model can be opened or the port is taken.
 */
export async function serveModels(options: ServeOptions): Promise<ModelServer> {
  const settings = settingsOf(options);
  const { path, host, port, maxBatch, maxDelay, queue, timeout, reload, onnx, onEvent } = settings;
  const open = settings.open ?? ((found) => openOnnxModel(found, onnx));
  const batching = { maxBatch, maxDelay, queue, timeout };
  const metrics = createMetrics(() => registry.live());
  const registry = await createRegistry({
    find: () => findModels(path),
    open: (found) => openLive(found, open, batching, metrics.run),
    reload,
    onEvent,
  });
  const load = createLoad();
  let isClosing = false;
  let closed: Promise<void> | undefined;
  try {
    const app = await createApp({ registry, metrics, settings, isClosing: () => isClosing }, await pageFiles(), load);
    await app.listen({ host, port }).catch((error: unknown) => {
      throw notListening(error, host, port);
    });
    const { port: chosen } = app.server.address() as AddressInfo;
    const close = async (within: number): Promise<void> => {
      isClosing = true;
      onEvent({ type: 'closing' });
      // New requests are told so in the meantime, rather than finding nobody.
      await Promise.race([load.idle(), sleep(within)]);
      await app.close();
      await Promise.race([registry.close(), sleep(within)]);
    };
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
      port: chosen,
      models: registry.index,
      refresh: registry.refresh,
      close(within = 10_000) {
        closed ??= close(within);
        return closed;
      },
    };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

function notListening(error: unknown, host: string, port: number): DescentError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new DescentError('the server cannot listen', {
    received: `${host}:${port}: ${code ?? message}`,
    fix:
      code === 'EADDRINUSE'
        ? 'another program has the port: give another one, or 0 for any that is free'
        : 'give an address of this machine, and a port that this user may take',
    cause: error,
  });
}
