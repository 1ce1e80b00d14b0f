import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  type Backend,
  BackendError,
  createTrainer,
  crossEntropy,
  DTypeError,
  dropout,
  gradients,
  linear,
  type Node,
  relu,
  ShapeError,
  sequential,
  sgd,
  tensor,
  ValueError,
} from '@descent/core';
import { createBackend, type Executable, graph, node, type Program, type TensorType } from '@descent/core/backend';
import { add, input, mul, neg, scalar, scan, softmax } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { type AnyWorker, openLink, remoteParts } from '@descent/core/remote';
import { type Port, serve, serveBackend } from '@descent/core/serve';
import { afterEach, describe, expect, test } from 'vitest';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A worker in this thread: what is sent is copied and moved as between threads. */
function fakeWorker(run: (port: Port) => void): AnyWorker & { readonly inside: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  run({
    post: (message, moved = []) => port2.postMessage(message, [...moved]),
    listen: (listener) => port2.on('message', listener),
  });
  ends.push(() => port1.close());
  const emit = port1.on.bind(port1) as (event: string, listener: (value: unknown) => void) => unknown;
  return {
    postMessage: (message: unknown, transfer: never) => port1.postMessage(message, transfer),
    terminate: () => port2.close(),
    // The port of a thread that has ended closes; a worker says that it has.
    on: (event: string, listener: (value: unknown) => void) => emit(event === 'exit' ? 'close' : event, listener),
    ref: () => port1.ref(),
    unref: () => port1.unref(),
    inside: port2,
  } as never;
}

function remote(served: Backend = referenceBackend(), native: readonly string[] = []): Backend {
  const start = (): AnyWorker => fakeWorker((port) => serveBackend({ create: () => served, native }, port));
  return createBackend(remoteParts({ name: 'reference in a worker', start, options: {} }));
}

const doubled: Program = { graph: graph({ y: mul(input('x', [2]), input('x', [2])) }), reads: [], writes: [] };
// One node: an input is created once.
const x = input('x', [2]);
const squared: Program = { graph: graph({ y: mul(x, x) }), reads: [], writes: [] };

describe('a backend in a worker', () => {
  test('trains to the bit as without one', async () => {
    const curve = async (backend: Backend) => {
      const trainer = await createTrainer({
        model: sequential(linear(3, 8), relu(), dropout(0.3), linear(8, 3)),
        loss: crossEntropy(),
        optimizer: sgd({ lr: 0.3, momentum: 0.9 }),
        backend,
        seed: 4,
      });
      const [samples, labels] = [
        tensor([
          [1, 2, 3],
          [3, 1, 2],
          [2, 3, 1],
        ]),
        tensor([0, 1, 2], 'int32'),
      ];
      const data = await trainer.resident({ x: samples, y: labels });
      const losses = [];
      for (let i = 0; i < 3; i++) losses.push(await trainer.step(samples, labels));
      losses.push(...(await data.train(Uint32Array.of(0, 1, 2, 0, 2, 1, 1, 2, 0), 3)));
      return { losses, state: await trainer.state() };
    };
    expect(await curve(remote())).toEqual(await curve(referenceBackend()));
  });

  test('leaves what it is fed where it is, and sends of a view only what can be seen', async () => {
    const sent: unknown[] = [];
    const start = (): AnyWorker => {
      const worker = fakeWorker((port) => serveBackend({ create: () => referenceBackend(), native: [] }, port));
      return {
        ...worker,
        postMessage(message: { args: unknown[] }, transfer: never) {
          sent.push(...(transfer as ArrayBuffer[]).map((buffer) => buffer.byteLength));
          worker.postMessage(message, transfer);
        },
      } as never;
    };
    const backend = createBackend(remoteParts({ name: 'reference', start, options: {} }));
    const all = Float32Array.from({ length: 1000 }, (_, i) => i);
    const feed = { dtype: 'float32', shape: [2], data: all.subarray(10, 12) } as const;
    const executable = await backend.compile(squared);
    expect((await executable.run({ x: feed }))['y']?.data).toEqual(Float32Array.of(100, 121));
    expect((await executable.run({ x: feed }))['y']?.data).toEqual(Float32Array.of(100, 121));
    expect(all.length).toBe(1000);
    expect(sent).toEqual([8, 8]);
  });

  test('takes the constants of a program along, and leaves them here as they are', async () => {
    const inner = referenceBackend();
    const constants = { x: tensor([3, 4]) };
    const served = createBackend({
      name: 'constant',
      constantBytes: 100,
      compile: async ({ constants: there = {}, ...program }) => {
        const executable = await inner.compile(program);
        return { run: (feeds) => executable.run({ ...feeds, ...there }), describe: () => '' };
      },
      state: () => Promise.reject(new Error('not asked for')),
    });
    const start = (): AnyWorker => fakeWorker((port) => serveBackend({ create: () => served, native: [] }, port));
    const backend = createBackend({ ...remoteParts({ name: 'constant', start, options: {} }), constantBytes: 100 });
    const executable = await backend.compile({ ...squared, constants });
    expect((await executable.run({}))['y']).toEqual(tensor([9, 16]));
    expect(constants).toEqual({ x: tensor([3, 4]) });
  });

  test('lowers what the backend there has lowerings for, and expands the rest here, also what a user has made', async () => {
    const seen: string[] = [];
    const inner = referenceBackend();
    const spy = createBackend({
      name: 'spy',
      compile: async (program) => {
        seen.push(...program.graph.nodes.map((n) => n.op.name));
        const executable: Executable = await inner.compile(program);
        return { run: (feeds) => executable.run(feeds), describe: () => 'the text of the worker' };
      },
      state: () => Promise.reject(new Error('not asked for')),
    });
    const twice = {
      kind: 'composite',
      name: 'twice',
      infer: ([a]: readonly TensorType[]) => a as TensorType,
      decompose: ([a]: readonly (typeof x)[]) => add(a as typeof x, a as typeof x),
    } as const;
    const own = node(twice as never, [x], {} as never);
    const program: Program = { graph: graph({ y: softmax(own, { axis: 0 }) }), reads: [], writes: [] };
    const executable = await remote(spy, ['softmax']).compile(program);
    expect(seen).toEqual(['input', 'add', 'softmax']);
    expect(executable.describe()).toBe('the text of the worker');
    expect((await executable.run({ x: tensor([0, 0]) }))['y']?.data).toEqual(Float32Array.of(0.5, 0.5));
    await (await remote(spy, [])).compile(program);
    expect(seen).not.toContain('twice');
    expect(seen.filter((name) => name === 'softmax')).toHaveLength(1);
  });

  test('loops travel with their bodies', async () => {
    const { carry, ys } = scan(scalar(1), x, (product: Node, now: Node) => ({ carry: mul(product, now), y: product }));
    const slope = gradients(carry, [x])[0] as Node;
    const program: Program = { graph: graph({ carry, ys, slope }), reads: [], writes: [] };
    const executable = await remote().compile(program);
    const found = await executable.run({ x: tensor([3, 4]) });
    expect(found['carry']).toEqual(tensor(12));
    expect(found['ys']).toEqual(tensor([1, 3]));
    expect(found['slope']).toEqual(tensor([4, 3]));
  });

  test('a primitive that core does not have is refused by name', async () => {
    const odd = {
      kind: 'primitive',
      name: 'odd',
      infer: ([a]: readonly TensorType[]) => a as TensorType,
      grad: 'zero',
    };
    const program: Program = { graph: graph({ y: node(odd as never, [x], {} as never) }), reads: [], writes: [] };
    await expect(remote().compile(program)).rejects.toThrow(/a worker cannot compute odd[\s\S]*composite/);
  });

  test('two inputs of one name are refused here, before anything is sent', async () => {
    await expect(remote().compile(doubled)).rejects.toThrow(/two graph inputs are called 'x'/);
  });

  test('what making it throws is what its first use throws', async () => {
    const start = (): AnyWorker =>
      fakeWorker((port) =>
        serveBackend(
          {
            create: () => {
              throw new BackendError('there is no engine', { received: 'nothing', fix: 'install one' });
            },
            native: [],
          },
          port,
        ),
      );
    const backend = createBackend(remoteParts({ name: 'none', start, options: {} }));
    await expect(backend.compile(squared)).rejects.toThrow(
      'there is no engine\n  received: nothing\n  fix: install one',
    );
    await expect(backend.state({})).rejects.toThrow(BackendError);
  });

  test('ends with the worker: what is under way and all that is asked later is rejected', async () => {
    let worker: ReturnType<typeof fakeWorker> | undefined;
    const never = createBackend({
      name: 'never',
      compile: () => ({ run: () => new Promise<never>(() => {}), describe: () => '' }),
      state: () => Promise.reject(new Error('not asked for')),
    });
    const start = (): AnyWorker => {
      worker = fakeWorker((port) => serveBackend({ create: () => never, native: [] }, port));
      return worker;
    };
    const backend = createBackend(remoteParts({ name: 'never', start, options: {} }));
    const executable = await backend.compile({ graph: graph({ y: neg(x) }), reads: [], writes: [] });
    const running = executable.run({ x: tensor([1, 2]) });
    worker?.inside.close();
    await expect(running).rejects.toThrow(/the worker of never ended\n {2}received: [\s\S]*go on from a checkpoint/);
    await expect(executable.run({ x: tensor([1, 2]) })).rejects.toThrow(/the worker of never ended/);
    await backend.dispose();
  });

  test('dispose ends the worker, and what is under way', async () => {
    const never = createBackend({
      name: 'never',
      compile: () => ({ run: () => new Promise<never>(() => {}), describe: () => '' }),
      state: () => Promise.reject(new Error('not asked for')),
    });
    const backend = remote(never);
    const executable = await backend.compile({ graph: graph({ y: neg(x) }), reads: [], writes: [] });
    const running = executable.run({ x: tensor([1, 2]) });
    const rejected = expect(running).rejects.toThrow(/ended by dispose/);
    await backend.dispose();
    await rejected;
  });
});

describe('errors come through with class, message and details', () => {
  interface Calls {
    fail(kind: string): void;
  }
  const errors: Readonly<Record<string, () => Error>> = {
    shape: () => new ShapeError('wrong shape', { path: 'model.2', received: '[1]', expected: '[2]', fix: 'reshape' }),
    value: () => new ValueError('wrong value', { cause: new DTypeError('wrong type', { received: 'text' }) }),
    plain: () => new RangeError('out of range', { cause: 'the reason' }),
  };
  const link = () =>
    openLink<Calls>(
      fakeWorker((port) =>
        serve<Calls>(
          {
            fail(kind) {
              throw (errors[kind] as () => Error)();
            },
          },
          [],
          port,
        ),
      ),
      'test',
    );

  test.each(Object.keys(errors))('%s', async (kind) => {
    const wanted = (errors[kind] as () => Error)();
    const error = await link()
      .ask('fail', [kind])
      .catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(kind === 'plain' ? Error : wanted.constructor);
    expect((error as Error).message).toBe(wanted.message);
    expect((error as Error).stack).toContain('remote.test.ts');
    const [cause, wantedCause] = [(error as Error).cause, wanted.cause];
    if (wantedCause instanceof Error) expect((cause as Error).message).toBe(wantedCause.message);
  });

  test('messages of others are passed over', async () => {
    const { port1, port2 } = new MessageChannel();
    ends.push(() => port1.close());
    serve<Calls>({ fail: () => undefined }, [], {
      post: (message) => port2.postMessage(message),
      listen: (listener) => port2.on('message', listener),
    });
    const answers: unknown[] = [];
    port1.on('message', (message) => answers.push(message));
    for (const message of [null, 'load', { cmd: 'load' }, { id: 1, call: 'toString', args: [] }]) {
      port1.postMessage(message);
    }
    port1.postMessage({ id: 2, call: 'fail', args: ['none'] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answers).toEqual([{ id: 2, result: undefined }]);
  });
});
