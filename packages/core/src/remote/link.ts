import type { AnyWorker } from '../backend/worker-option.ts';
import { BackendError } from '../errors.ts';
import { expectKind } from '../options.ts';
import { newLifeline, watchLifeline } from './lifeline.ts';
import { type AnyCalls, fromPlain, HOLD, type Request, type Response } from './messages.ts';
import { portOf } from './port.ts';

/** A worker that answers `Calls`. */
export interface Link<Calls extends AnyCalls<Calls>> {
  /**
   * Calls the function of that name in the worker; the memory of `moved` goes along without being copied.
   * @throws what the function throws; BackendError once the worker has ended.
   */
  ask<K extends keyof Calls & string>(
    call: K,
    args: Parameters<Calls[K]>,
    moved?: readonly ArrayBuffer[],
  ): Promise<Awaited<ReturnType<Calls[K]>>>;
  /** Ends the worker. What is under way is given up. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const START_AGAIN = 'make another backend; what was in its states is lost, so go on from a checkpoint';

/**
 * Matches the answers of `worker`, which `serve` runs in, to what it is asked. It keeps the process alive only while an answer is due. `fix` says
 * what to do when the worker of `name` has ended.
 */
export function openLink<Calls extends AnyCalls<Calls>>(
  worker: AnyWorker,
  name: string,
  fix: string = START_AGAIN,
): Link<Calls> {
  expectKind('worker', worker, { postMessage: 'function', terminate: 'function' }, "new Worker('/backend-worker.js')");
  expectKind('name', name, 'text', "'mine'");
  const port = portOf(worker);
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const end = (reason: string): void => {
    fail(new BackendError(`the worker of ${name} ended`, { received: reason, fix }));
    void port.close();
  };
  port.onEnd(end);
  port.listen((message) => {
    const response = message as Response;
    const call = waiting.get(response.id);
    waiting.delete(response.id);
    // Until a worker that is being closed has ended, the process stays.
    if (waiting.size === 0 && failure === undefined) port.hold(false);
    if ('error' in response) call?.reject(fromPlain(response.error));
    else call?.resolve(response.result);
  });
  const ask = (call: string, args: readonly unknown[], moved?: readonly ArrayBuffer[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      const request: Request = { id: nextId++, call, args };
      port.post(request, moved);
      waiting.set(request.id, { resolve, reject });
      port.hold(true);
    });
  const lifeline = port.endsInSilence ? newLifeline() : undefined;
  if (lifeline !== undefined) {
    ask(HOLD, [lifeline]).then(
      () => watchLifeline(lifeline, () => end('it was ended from outside')),
      // Whoever asks for something else is told.
      () => {},
    );
  }
  return {
    ask: ask as Link<Calls>['ask'],
    async close() {
      fail(
        new BackendError(`the worker of ${name} was ended by dispose`, {
          fix: 'dispose the backend after its last use',
        }),
      );
      await port.close();
    },
  };
}
