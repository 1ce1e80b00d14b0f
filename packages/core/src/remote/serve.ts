import type { Arrays } from '../backend/contract.ts';
import { expectKind } from '../options.ts';
import { holdLifeline } from './lifeline.ts';
import { type AnyCalls, copied, HOLD, type Request, type Response, toPlain } from './messages.ts';
import { type Port, portOfParent } from './port.ts';

/** What a worker does when it is asked. */
export type Handlers<Calls extends AnyCalls<Calls>> = {
  readonly [K in keyof Calls]: (
    ...args: Parameters<Calls[K]>
  ) => Awaited<ReturnType<Calls[K]>> | Promise<Awaited<ReturnType<Calls[K]>>>;
};

type Handler = (...args: never[]) => unknown;

/** Answers whoever started this worker, and asks it through `openLink`. What the calls in `giveArrays` give back are arrays by name. */
export function serve<Calls extends AnyCalls<Calls>>(
  handlers: Handlers<Calls>,
  giveArrays: readonly (keyof Calls & string)[],
  port: Port = portOfParent(),
): void {
  expectKind('handlers', handlers, 'record', '{ add: (a, b) => a + b }');
  expectKind('giveArrays', giveArrays, 'list', "['run']");
  expectKind('port', port, { post: 'function', listen: 'function' }, '{ post, listen }');
  const all: Readonly<Record<string, Handler>> = { ...(handlers as object), [HOLD]: holdLifeline as Handler };
  const table = new Map(Object.entries(all));
  port.listen((message) => {
    // Runtimes start threads of their own from the script that they are part of, and send them other messages.
    const { id, call, args } = (message ?? {}) as Request;
    const handler = table.get(call);
    if (handler === undefined) return;
    const answer = (response: Response, moved?: readonly ArrayBuffer[]): void => port.post(response, moved);
    Promise.resolve()
      .then(() => handler(...(args as never[])))
      .then((result) => {
        if (!giveArrays.includes(call as never)) return answer({ id, result });
        const { arrays, moved } = copied(result as Arrays);
        return answer({ id, result: arrays }, moved);
      })
      .catch((error: unknown) => answer({ id, error: toPlain(error) }));
  });
}
