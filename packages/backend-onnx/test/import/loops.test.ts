import { importOnnx, onnx } from '@descent/backend-onnx';
import {
  applyLayer,
  createPredictor,
  createTrainer,
  forwardGraph,
  gradients,
  initParameters,
  mse,
  type NDArray,
  type Node,
  ndarray,
  sgd,
  summarize,
  tensor,
} from '@descent/core';
import { graph } from '@descent/core/backend';
import { constant, input, sum } from '@descent/core/ops';
import { constantValues, referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { AttributeType, DataType, floats, type GraphInit, modelBytes, type TensorInit, value } from '../craft.ts';

type NodeInit = NonNullable<GraphInit['node']>[number];

/** `out, other = Operator a b`; `-` is an input that is left out. */
function op(text: string, ...attribute: NonNullable<NodeInit['attribute']>): NodeInit {
  const [outputs = '', call = ''] = text.split(' = ');
  const [opType = '', ...inputs] = call.split(' ');
  return {
    opType,
    input: inputs.map((name) => (name === '-' ? '' : name)),
    output: outputs.split(', ').map((name) => (name === '-' ? '' : name)),
    attribute,
  };
}

const body = (name: string, inputs: string, outputs: string, ...node: readonly NodeInit[]) => ({
  name,
  type: AttributeType.GRAPH,
  g: {
    name,
    input: inputs.split(' ').flatMap((n) => (n === '' ? [] : [value(n, DataType.FLOAT)])),
    output: outputs.split(' ').map((n) => value(n, DataType.FLOAT)),
    node: [...node],
  },
});
const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i: BigInt(i) });
const whole = (name: string, ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.INT64,
  dims: values.length === 1 ? [] : [BigInt(values.length)],
  int64Data: values.map(BigInt),
});
const number = (name: string, v: number): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  dims: [],
  rawData: floats(v),
});

/** A network of one input `x` and one output `y`. */
function file(shape: readonly (number | string)[], initializer: readonly TensorInit[], ...node: readonly NodeInit[]) {
  return modelBytes({
    input: [value('x', DataType.FLOAT, shape)],
    output: [value('y', DataType.FLOAT)],
    initializer: [...initializer],
    node: [...node],
  });
}

/** What the network gives, and the gradient of its sum. */
async function answer(bytes: Uint8Array, x: NDArray): Promise<{ readonly y: number[]; readonly dx: number[] }> {
  const { model } = await importOnnx(bytes);
  const weights = new Map(Object.entries(initParameters(model, 0)).map(([name, w]) => [name, constant(w)]));
  const from = constant(x);
  const y = applyLayer(model, from, weights, { training: false }) as Node;
  const [dx] = gradients(sum(y), [from]) as [Node];
  const [values, slopes] = constantValues([y, dx]) as [NDArray, NDArray];
  return { y: [...values.data], dx: [...slopes.data] };
}

async function nodesOf(bytes: Uint8Array, shape: readonly number[], batch: number): Promise<number> {
  const { model } = await importOnnx(bytes);
  return forwardGraph(model, { shape }, { batch }).nodes.length;
}

/** Half of `s` in each step; `more` are other nodes of the step. */
const HALF = [op('h = Mul s half'), op('goes = Identity go')];

describe('loops of a file are loops of the graph', () => {
  const long = (steps: number): Uint8Array =>
    file(
      ['batch', 2],
      [whole('steps', steps), number('half', 0.5)],
      op('y = Loop steps - x', body('body', 'i go s', 'goes h', ...HALF)),
    );

  test('as many nodes for 10,000 steps as for 10, and the numbers of each', async () => {
    expect(await nodesOf(long(10_000), [2], 3)).toBe(await nodesOf(long(10), [2], 3));
    expect(await answer(long(3), tensor([[8, 16]]))).toEqual({ y: [1, 2], dx: [0.125, 0.125] });
    const { y } = await answer(long(200), tensor([[8, 16]]));
    expect(y).toEqual([0, 0]);
  });

  test('no step, and fewer', async () => {
    for (const steps of [0, -3]) expect((await answer(long(steps), tensor([[8, 16]]))).y).toEqual([8, 16]);
  });

  test('over an open axis, whose entries a number names', async () => {
    const bytes = file(
      ['time', 2],
      [whole('zero', 0), whole('one', 1), number('half', 0.5)],
      op('sizes = Shape x'),
      op('steps = Gather sizes zero'),
      op('last = Sub steps one'),
      op('first = Gather x zero'),
      op('none = Sub first first'),
      op(
        'y = Loop steps - none',
        body('body', 'i go s', 'goes n', ...HALF, op('at = Sub last i'), op('e = Gather x at'), op('n = Add h e')),
      ),
    );
    const { model, parameters, sample } = await importOnnx(bytes);
    const predictor = await createPredictor({ model, parameters, sample, backend: await onnx({ device: 'cpu' }) });
    for (const x of [
      tensor([[4, 8]]),
      tensor([
        [1, 2],
        [3, 4],
        [8, 16],
      ]),
    ]) {
      const expected = (await answer(bytes, x)).y;
      expect([...(await predictor.predict(x)).data]).toEqual(expected);
    }
    // From the last entry on: (8 / 2 + 3) / 2 + 1.
    expect((await answer(bytes, tensor([[1], [3], [8]].map(([v = 0]) => [v, v])))).y).toEqual([4.5, 4.5]);
  });

  test('a place beyond the end is refused by name, not another number', async () => {
    const bytes = file(
      [3, 2],
      [whole('steps', 4), number('half', 0.5), whole('zero', 0)],
      op('first = Gather x zero'),
      op('y = Loop steps - first', body('body', 'i go s', 'goes n', ...HALF, op('e = Gather x i'), op('n = Add h e'))),
    );
    await expect(
      answer(
        bytes,
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
    ).rejects.toThrow(/entry 3|index 3 of 3/);
  });

  test('a number that counts beyond 32 bits is refused, and not another one', async () => {
    const counted = (steps: number): Uint8Array =>
      file(
        [1, 2],
        [whole('steps', steps), number('half', 0.5), whole('big', 2 ** 31 - 1)],
        op(
          'y = Loop steps - x',
          body(
            'body',
            'i go s',
            'goes n',
            ...HALF,
            op('at = Mul i big'),
            op('f = Cast at', int('to', 1)),
            op('n = Add h f'),
          ),
        ),
      );
    expect((await answer(counted(2), tensor([[8, 8]]))).y).toEqual([2 ** 31, 2 ** 31]);
    await expect(answer(counted(3), tensor([[8, 8]]))).rejects.toThrow(/4294967294 in the last of 3 steps/);
  });

  test('dropout drops others in each step', async () => {
    const dropping = file(
      ['batch', 64],
      [whole('steps', 8)],
      op('y = Loop steps - x', body('body', 'i go s', 'goes d', op('d = Dropout s'), op('goes = Identity go'))),
    );
    const { model } = await importOnnx(dropping);
    const trainer = await createTrainer({
      model,
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    const all = (v: number): NDArray => ndarray('float32', [100, 64], new Float32Array(6400).fill(v));
    // One of 256 numbers is left after 8 steps, as 256: their squares are 256 in the mean. With the same numbers dropped in each step they were 32,768.
    const { loss } = await trainer.step(all(1), all(0));
    expect(loss).toBeGreaterThan(50);
    expect(loss).toBeLessThan(1000);
    await trainer.dispose();
  });
});

test('integers of 64 bits that grow beyond 32 in a loop are refused by the run, and not other numbers', async () => {
  const squares = file(
    [2],
    [whole('steps', 5)],
    op('first = Cast x', int('to', DataType.INT64)),
    op('last = Loop steps - first', body('body', 'i go s', 'goes n', op('goes = Identity go'), op('n = Mul s s'))),
    op('y = Cast last', int('to', DataType.FLOAT)),
  );
  const of = async (...x: readonly number[]): Promise<readonly number[]> => {
    const { model } = await importOnnx<Node, Node>(squares);
    const y = applyLayer(model, constant(tensor(x)), new Map(), { training: false });
    const [values] = constantValues([y]) as [NDArray];
    return [...values.data];
  };
  expect(await of(1, -1)).toEqual([1, 1]);
  for (const base of [2, -2, 3, 65536, 3e9]) await expect(of(1, base)).rejects.toThrow('index 2147480032 ');
});

describe('loops that end when numbers say so', () => {
  /** Divides by `s − 1` while `s > 1`, and never at 1. */
  const until = (most: number): Uint8Array =>
    file(
      [1],
      [whole('most', most), number('one', 1), number('zero', 0), whole('axis', 0)],
      op('total = Squeeze x'),
      op('first = Greater total one'),
      op(
        'y = Loop most first total',
        body(
          'body',
          'i go s',
          'goes n',
          op('d = Sub s one'),
          op('f = Mul d d'),
          op('r = Sqrt f'),
          op('n = Div r d'),
          op('goes = Greater n one'),
        ),
      ),
    );

  test('the numbers are those of the early end, and gradients are finite', async () => {
    // 3 → √4 / 2 = 1, where the next step would divide 0 by 0.
    const { y, dx } = await answer(until(5), tensor([3]));
    expect(y).toEqual([1]);
    expect(dx[0]).toBeCloseTo(0, 6);
    expect(await answer(until(5), tensor([0.5]))).toEqual({ y: [0.5], dx: [1] });
  });

  test('an entry beyond the end is refused where a step comes to it, and none where the loop has ended', async () => {
    const summing = (...entry: readonly NodeInit[]): Uint8Array =>
      file(
        [3],
        [whole('most', 5), number('one', 1), whole('axis', 0)],
        op('first = ReduceSum x', int('keepdims', 0)),
        op('start = Greater first one'),
        op('whole = Cast x', int('to', DataType.INT64)),
        op(
          'y = Loop most start first',
          body('body', 'i go s', 'goes n', ...entry, op('n = Add s e'), op('goes = Greater n one')),
        ),
      );
    // 2 + 2 − 3 = 1 ends it behind two steps, 6 + 1 + 2 + 3 = 12 does not end it.
    for (const [bytes, index] of [
      [summing(op('e = Gather x i')), 3],
      [summing(op('w = Gather whole i'), op('e = Cast w', int('to', DataType.FLOAT))), 2147480001],
    ] as const) {
      expect((await answer(bytes, tensor([2, -3, 3]))).y).toEqual([1]);
      expect((await answer(bytes, tensor([-3, 9, -4]))).y).toEqual([-1]);
      await expect(answer(bytes, tensor([1, 2, 3]))).rejects.toThrow(`index ${index} `);
    }
  });

  test('what is seen from outside is not kept of each step for the gradient', async () => {
    const bytes = file(
      [2, 3],
      [whole('most', 9), number('one', 1), { ...number('w', 0), dims: [3n, 3n], rawData: new Uint8Array(36) }],
      op('total = ReduceSum x', int('keepdims', 0)),
      op('first = Greater total one'),
      op(
        'y = Loop most first x',
        body(
          'body',
          'i go s',
          'goes n',
          op('n = MatMul s w'),
          op('sum = ReduceSum n', int('keepdims', 0)),
          op('goes = Greater sum one'),
        ),
      ),
    );
    const { model } = await importOnnx(bytes);
    const [w, from] = [input('w', [3, 3]), input('x', [2, 3])];
    const [dw] = gradients(sum(applyLayer(model, from, new Map([['w', w]]), { training: true }) as Node), [w]) as [
      Node,
    ];
    const loops = graph({ dw }).nodes.filter(({ op }) => op.name === 'scan');
    expect(loops.length).toBeGreaterThan(1);
    expect(loops.map(({ type }) => type.shape.join())).not.toContain('9,3,3');
  });

  test('without an end that is known they are refused, with what is supported', async () => {
    const endless = file(
      [1],
      [number('one', 1), number('half', 0.5)],
      op('total = Squeeze x'),
      op('first = Greater total one'),
      op('y = Loop - first total', body('body', 'i go s', 'goes h', op('h = Mul s half'), op('goes = Greater h one'))),
    );
    await expect(answer(endless, tensor([3]))).rejects.toThrow(
      /without an end that is known[\s\S]*how many steps there are at most/,
    );
  });

  test('what is kept of each step is refused: nobody knows how long it is', async () => {
    const kept = file(
      [1],
      [whole('most', 4), number('one', 1), number('half', 0.5)],
      op('total = Squeeze x'),
      op('first = Greater total one'),
      op(
        'last, y = Loop most first total',
        body('body', 'i go s', 'goes h k', op('h = Mul s half'), op('k = Identity h'), op('goes = Greater h one')),
      ),
    );
    await expect(answer(kept, tensor([3]))).rejects.toThrow('with results of each step');
  });
});

describe('lists of tensors, as scripted networks have them', () => {
  /** `for e in x.unbind(): s = s / 2 + e; all.append(s)`, and then what is done with `all`. */
  const appending = (...behind: readonly NodeInit[]): Uint8Array =>
    file(
      ['time', 2],
      [whole('zero', 0), whole('one', 1), number('half', 0.5)],
      op('entries = SplitToSequence x one', int('keepdims', 0)),
      op('steps = SequenceLength entries'),
      op('first = SequenceAt entries zero'),
      op('empty = SequenceEmpty'),
      op(
        'all, last = Loop steps - empty first',
        body(
          'body',
          'i go list s',
          'goes longer n',
          ...HALF,
          op('e = SequenceAt entries i'),
          op('n = Add h e'),
          op('longer = SequenceInsert list n'),
        ),
      ),
      ...behind,
    );
  const x = tensor([
    [4, 8],
    [2, 6],
  ]);

  test('what a loop appends is stacked, or joined', async () => {
    const stacked = appending(op('y = ConcatFromSequence all', int('axis', 1), int('new_axis', 1)));
    expect((await answer(stacked, x)).y).toEqual([6, 5, 12, 12]);
    const joined = appending(op('y = ConcatFromSequence all', int('axis', -1)));
    expect((await answer(joined, x)).y).toEqual([6, 12, 5, 12]);
    const { model } = await importOnnx(stacked);
    expect(forwardGraph(model, { shape: [2] }, { batch: 5 }).nodes.filter((n) => n.op.name === 'scan').length).toBe(1);
  });

  test('of a list that is put together by hand, too', async () => {
    const bytes = file(
      ['batch', 2],
      [whole('one', 1)],
      op('none = SequenceEmpty'),
      op('n = Neg x'),
      op('a = SequenceInsert none x'),
      op('b = SequenceInsert a n'),
      op('second = SequenceAt b one'),
      op('c = SequenceConstruct second x'),
      op('y = ConcatFromSequence c', int('axis', 0)),
    );
    expect((await answer(bytes, tensor([[1, 2]]))).y).toEqual([-1, -2, 1, 2]);
  });

  test('lists that are used in another way are operators that are missing', async () => {
    await expect(importOnnx(appending(op('y = ReverseSequences all')))).rejects.toThrow('ReverseSequences');
    const asked = file(['batch', 2], [whole('one', 1)], op('l = SequenceEmpty'), op('y = SequenceErase l one'));
    await expect(importOnnx(asked)).rejects.toThrow(/SequenceEmpty[\s\S]*SequenceErase/);
  });
});

test('a loop that holds another graph than its body is refused by name', async () => {
  const odd = file([2], [], op('l = SequenceEmpty'), op('y = Loop - - x', body('branch', '', 'x')));
  await expect(answer(odd, tensor([1, 2]))).rejects.toThrow(/SequenceEmpty|attribute 'body'/);
  const plain = file([2], [], op('y = Loop - - x', body('branch', '', 'x')));
  await expect(answer(plain, tensor([1, 2]))).rejects.toThrow(/lacks attribute 'body'/);
});

describe('branches that depend on what is fed', () => {
  const branches = (then: readonly NodeInit[], other: readonly NodeInit[]): Uint8Array =>
    file(
      [3],
      [number('zero', 0), number('two', 2), whole('far', 7), whole('none', 0), whole('wide', 2, 3), threes],
      op('total = ReduceSum x', int('keepdims', 0)),
      op('test = Greater total zero'),
      op('y = If test', body('then_branch', '', 'a', ...then), body('else_branch', '', 'b', ...other)),
    );
  const NEG = [op('b = Neg x')];
  const threes: TensorInit = { name: 'three', dataType: DataType.INT64, dims: [1n], int64Data: [3n] };

  test('one of two results is selected', async () => {
    const bytes = branches([op('a = Mul x two')], NEG);
    expect(await answer(bytes, tensor([1, 2, 3]))).toEqual({ y: [2, 4, 6], dx: [2, 2, 2] });
    expect(await answer(bytes, tensor([-1, -2, 0]))).toEqual({ y: [1, 2, -0], dx: [-1, -1, -1] });
  });

  test('a branch that is not taken may divide by 0 or look beyond the end: neither numbers nor gradients show it', async () => {
    const x = tensor([-1, -2, 0]);
    const divides = branches([op('n = Sub x x'), op('d = Div x n'), op('r = Sqrt d'), op('a = Mul r x')], NEG);
    const looks = branches([op('e = Gather x far'), op('a = Add x e')], NEG);
    const counts = branches(
      [op('c = Cast x', int('to', DataType.INT64)), op('d = Div c none'), op('a = Cast d', int('to', DataType.FLOAT))],
      NEG,
    );
    expect(await answer(divides, x)).toEqual({ y: [1, 2, -0], dx: [-1, -1, -1] });
    expect(await answer(counts, x)).toEqual({ y: [1, 2, -0], dx: [-1, -1, -1] });
    await expect(answer(looks, x)).rejects.toThrow('index 7 of 3 entries');
  });

  test('an entry that a tensor does not have is none where the branch is not taken, and refused where it is', async () => {
    const place = [op('m = ReduceMax x', int('keepdims', 0)), op('i = Cast m', int('to', DataType.INT64))];
    const one = branches([...place, op('e = Gather x i'), op('a = Add x e')], NEG);
    const each = branches(
      [...place, op('n = Expand i three'), op('a = GatherElements x n')],
      [...place, op('n = Expand i three'), op('b = GatherElements x n')],
    );
    expect((await answer(one, tensor([-3, 9, -7]))).y).toEqual([3, -9, 7]);
    expect((await answer(one, tensor([0, 2, 1]))).y).toEqual([1, 3, 2]);
    await expect(answer(one, tensor([0, 3, 1]))).rejects.toThrow('index 3 ');
    await expect(answer(one, tensor([9, -6, 1]))).rejects.toThrow('index 9 ');
    expect((await answer(each, tensor([0, 2, 1]))).y).toEqual([1, 1, 1]);
    for (const x of [tensor([0, 3, 1]), tensor([-5, -4, -4])])
      await expect(answer(each, x)).rejects.toThrow('index 2147480001 ');
  });

  test('results of two sizes are refused, with both', async () => {
    const bytes = branches([op('a = Expand x wide')], NEG);
    await expect(answer(bytes, tensor([1, 2, 3]))).rejects.toThrow(
      /float32\[2, 3\] in one branch and float32\[3\] in the other/,
    );
  });
});

test('loops in loops are small, and loops that have to be written out come to an end', async () => {
  const nested = (inner: NodeInit): Uint8Array => {
    const loop = (step: NodeInit, name: string): NodeInit =>
      op(`${name} = Loop many - x`, body('body', `i${name} c${name} s${name}`, `c${name} ${step.output?.[0]}`, step));
    return file(['batch', 1], [whole('many', 1000)], loop(loop(loop(inner, 'p'), 'q'), 'y'));
  };
  expect(await nodesOf(nested(op('n = Neg x')), [1], 2)).toBeLessThan(10);
  const { model } = await importOnnx(nested(op('n = Concat x sp', int('axis', 1))));
  expect(() => summarize(model, { shape: [1] })).toThrow('written out');
});
