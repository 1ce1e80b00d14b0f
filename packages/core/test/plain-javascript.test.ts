// What a compiler would refuse, and what JSON brings: each is told what is wrong and how to mend it, never `Cannot read properties of undefined`.
import * as core from '@descent/core';
import { input, mul } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript has no types.
type Anything = any;
const d: Anything = core;
const backend = referenceBackend();
const model = core.sequential(core.linear(2, 3));
const recipe = { model, loss: core.crossEntropy(), optimizer: core.sgd({ lr: 0.1 }), backend };
const x = core.tensor([
  [1, 2],
  [3, 4],
]);
const y = core.tensor([0, 2], 'int32');
const source = { length: 1, batchSize: 2, epoch: () => [{ x, y }] };

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error, String(run)).toBeInstanceOf(core.DescentError);
    return String(error).replaceAll('\n', ' ');
  }
  throw new Error(`nothing was thrown by ${String(run)}`);
}

const cases = (all: Readonly<Record<string, readonly [() => unknown, RegExp]>>) =>
  Object.entries(all).map(([name, [run, expected]]) => [name, run, expected] as const);

test.each(['float16', 'int64', 7, null])('an input of type %s is refused', async (dtype) => {
  expect(await messageOf(() => input('x', [2], dtype as never))).toMatch(
    /input 'x'.*expected: float32, int32, uint8, bool/,
  );
});

describe('createTrainer', () => {
  const made = (changes: object) => () => d.createTrainer({ ...recipe, ...changes });
  test.each(
    cases({
      'no options': [() => d.createTrainer(), /one object.*received: undefined.*model, loss, optimizer, backend/],
      null: [() => d.createTrainer(null), /one object/],
      'a list of layers as model': [
        made({ model: [core.linear(2, 3)] }),
        /model is not a layer.*sequential\(\.\.\.layers\)/,
      ],
      'a layer that was not called': [made({ model: core.relu }), /the function relu.*call the function: relu\(\)/],
      'no model': [made({ model: undefined }), /model is missing/],
      'a misspelt option': [made({ optimiser: recipe.optimizer }), /no option 'optimiser'; did you mean 'optimizer'\?/],
      'another one': [made({ metric: [] }), /did you mean 'metrics'/],
      'a loss that was not called': [made({ loss: core.crossEntropy }), /call the function: crossEntropy\(\)/],
      'a function as loss': [made({ loss: (o: Anything) => o }), /name your function: \{ label: 'own', apply:/],
      'a function as metric': [made({ metrics: [(o: Anything) => o] }), /\{ name: 'own', better: 'lower', apply:/],
      'a function as freeze': [made({ freeze: () => true }), /fix: give \/\^features\//],
      'parameters that were not awaited': [made({ parameters: Promise.resolve({}) }), /a promise.*await the promise/],
      'parameters that are lists of numbers': [
        made({ parameters: { '0.weight': [[1, 2]], '0.bias': [0] } }),
        /0\.weight is a list of 1, not an array as tensor\(…\) makes it/,
      ],
      'a loss by name': [made({ loss: 'crossEntropy' }), /loss is not a loss.*the text "crossEntropy"/],
      'no loss': [made({ loss: undefined }), /loss is missing/],
      'metrics that were not called': [
        made({ metrics: [core.accuracy] }),
        /metrics\[0\] is not a metric.*accuracy\(\) instead of accuracy/,
      ],
      'one metric': [made({ metrics: core.accuracy() }), /put the metric into a list: \[accuracy\(\)\]/],
      'null metrics': [made({ metrics: null }), /metrics is not a list/],
      'an optimizer by name': [made({ optimizer: 'sgd' }), /optimizer is not an optimizer.*sgd\(\{ lr: 0\.1 \}\)/],
      'an optimizer that was not called': [made({ optimizer: core.adam }), /call the function: adam\(\)/],
      'a backend by name': [made({ backend: 'onnx:cpu' }), /backend is not a backend.*give onnx\(\)/],
      'another backend by name': [made({ backend: 'tfjs:cpu' }), /await tfjs\(\{ engine: 'cpu' \}\)/],
      'no backend': [made({ backend: undefined }), /backend is missing.*referenceBackend\(\)/],
      'a backend that was not called': [made({ backend: referenceBackend }), /referenceBackend\(\) instead/],
      'a backend that was not awaited': [made({ backend: Promise.resolve(backend) }), /await the promise/],
      'a seed as text': [made({ seed: '1' }), /whole number/],
      'a seed with decimals': [made({ seed: 0.5 }), /whole number/],
      'a text to freeze by': [made({ freeze: '0.' }), /a regular expression/],
      'parameters in a list': [made({ parameters: [] }), /the parameters is not a record/],
      'parameters as lists': [made({ parameters: { '0.weight': [1], '0.bias': [2] } }), /0\.weight/],
      'a trainer as network': [
        async () => d.createTrainer({ ...recipe, model: await core.createTrainer(recipe) }),
        /model is not a layer/,
      ],
    }),
  )('%s', async (_, run, expected) => {
    expect(await messageOf(run)).toMatch(expected);
  });
});

describe('a trainer', () => {
  const use = (run: (t: Anything) => unknown) => async () => run(await core.createTrainer(recipe));
  const saved = async (changes: object) => ({ ...(await (await core.createTrainer(recipe)).state()), ...changes });
  const short = { dtype: 'float32', shape: [2, 2], data: new Float32Array(3) };
  test.each(
    cases({
      'nothing to step on': [use((t) => t.step()), /x is no array/],
      'lists as a batch': [use((t) => t.step([[1, 2]], [0])), /make one of the list: tensor\(x\)/],
      'a typed array': [use((t) => t.step(new Float32Array(4), y)), /give it a shape: ndarray/],
      null: [use((t) => t.step(x, null)), /y is no array.*null/],
      'a batch as one object': [use((t) => t.step({ x, y })), /given apart/],
      'data shorter than the shape': [use((t) => t.step(short, y)), /3 elements.*4 elements for shape \[2, 2\]/],
      'data of another type': [
        use((t) => t.step({ ...short, data: new Float64Array(4) }, y)),
        /dtype float32 with a Float64Array/,
      ],
      'data in a list': [use((t) => t.step({ ...short, data: [1, 2, 3, 4] }, y)), /a list of 4.*Float32Array\.from/],
      'an unknown type': [
        use((t) => t.step({ ...short, dtype: 'float16', data: new Float32Array(4) }, y)),
        /no such element type/,
      ],
      'a shape with holes': [use((t) => t.step({ ...short, shape: [2, Number.NaN] }, y)), /no valid shape/],
      'a batch to evaluate': [use((t) => t.evaluate({ x, y })), /put the batch into a list/],
      'a loader to evaluate': [use((t) => t.evaluate(source)), /epoch\(0\)/],
      'nothing to evaluate': [use((t) => t.evaluate()), /evaluate is missing/],
      'lists to evaluate': [use((t) => t.evaluate([[1, 2]])), /one of the batches is not a batch/],
      'evaluate with null': [use((t) => t.evaluate([null])), /one of the batches/],
      'a negative step': [use(async (t) => t.load(await saved({ step: -1 }))), /step -1/],
      'half a step': [use(async (t) => t.load(await saved({ step: 1.5 }))), /step 1\.5/],
      'a step as text': [use(async (t) => t.load(await saved({ step: '3' }))), /step the text "3"/],
      'no slots': [use(async (t) => t.load(await saved({ slots: undefined }))), /slots: undefined/],
      'no state': [use((t) => t.load()), /no state of a trainer.*undefined/],
      'parameters as a state': [use(async (t) => t.load(await t.parameters())), /no state of a trainer/],
      'rows as text': [use(async (t) => (await t.resident({ x, y })).train('0', 1)), /rows is not a list/],
      'rows that are not there': [use(async (t) => (await t.resident({ x, y })).train([0, 2], 1)), /row 2/],
      'half a row': [use(async (t) => (await t.resident({ x, y })).train([0.5], 1)), /row 0\.5/],
      'a batch of nothing': [use(async (t) => (await t.resident({ x, y })).train([0], 0)), /invalid batchSize/],
      'no data': [use((t) => t.resident()), /x is no array|received: undefined/],
    }),
  )('refuses %s', async (_, run, expected) => {
    expect(await messageOf(run)).toMatch(expected);
  });

  test('takes rows as a plain list, and goes on after an error', async () => {
    const t = await core.createTrainer(recipe);
    await messageOf(() => (t as Anything).step());
    const resident = (await t.resident({ x, y })) as Anything;
    expect(await resident.train([0, 1], 1)).toHaveLength(2);
    expect(t.stepCount).toBe(2);
  });
});

describe('fit', () => {
  const run = (options: unknown) => async () => d.fit(await core.createTrainer(recipe), options);
  const base = { train: source, epochs: 1, log: null };
  test.each(
    cases({
      'no trainer': [() => d.fit(), /fit: the trainer is missing/],
      'a network as trainer': [() => d.fit(model, base), /make a trainer of the network/],
      'a trainer that was not awaited': [() => d.fit(core.createTrainer(recipe), base), /await the promise/],
      'no options': [run(undefined), /one object.*train, validation, test, epochs/],
      'a data set': [
        run({ ...base, train: { x, y, length: 2, name: 'mine' } }),
        /loader\(dataset, \{ batchSize: 50 \}\)/,
      ],
      'a data set to test on': [run({ ...base, test: { x, y } }), /test is not a source.*loader\(dataset/],
      'a list of batches': [run({ ...base, train: [{ x, y }] }), /epoch: \(\) => batches/],
      'a generator': [
        run({
          ...base,
          train: (function* () {
            yield { x, y };
          })(),
        }),
        /received: a generator.*epoch: \(\) => batches\(\)/,
      ],
      'a generator function': [run({ ...base, train: function* batches() {} }), /epoch: \(\) => batches\(\)/],
      'no data': [run({ epochs: 1 }), /train is missing/],
      'epochs as text': [run({ ...base, epochs: '3' }), /number of epochs.*the text "3"/],
      'a misspelt option': [run({ ...base, validaton: source }), /did you mean 'validation'/],
      'one callback': [run({ ...base, callbacks: core.earlyStopping() }), /callbacks is not a list/],
      'a callback that was not called': [
        run({ ...base, callbacks: [core.earlyStopping] }),
        /earlyStopping\(\) instead/,
      ],
      'a log that is none': [run({ ...base, log: true }), /log is not a function/],
      'a position of nothing': [run({ ...base, resume: {} }), /resume is not a position/],
      'a negative epoch': [
        run({ ...base, resume: { epoch: -1, step: 0, totals: { sums: {}, samples: 0 }, history: [] } }),
        /invalid epoch/,
      ],
      'batches without y': [run({ ...base, train: { ...source, epoch: () => [{ x }] } }), /one of the batches/],
      'batches of lists': [
        run({ ...base, train: { ...source, epoch: () => [{ x: [[1, 2]], y: [0] }] } }),
        /tensor\(x\)/,
      ],
      'a dataset without its rows': [
        run({ ...base, train: { ...source, dataset: { x, y } } }),
        /a dataset without indices.*with indices\(n\), its rows/,
      ],
      'a dataset that is none': [
        run({ ...base, train: { ...source, dataset: null, indices: () => Uint32Array.of(0) } }),
        /dataset: null.*give both of a pair, or neither/,
      ],
      'rows that are no function': [
        run({ ...base, train: { ...source, indices: [0, 1] } }),
        /indices: a list of 2.*dataset: \{ x, y \} with indices\(n\)/,
      ],
      'targets without samples': [run({ ...base, train: { ...source, targets: y } }), /targets: .*\{ y, sample \}/],
      'an epoch that is no list': [
        run({ ...base, train: { ...source, epoch: () => 3 } }),
        /epoch\(\) gives is not a list of batches/,
      ],
    }),
  )('%s', async (_, attempt, expected) => {
    expect(await messageOf(attempt)).toMatch(expected);
  });
});

describe('learning rates', () => {
  test.each(['0.1', null, Number.NaN, Number.POSITIVE_INFINITY, -0.1, true, {}, []])('%s is refused', async (lr) => {
    for (const make of ['sgd', 'adam', 'adamW']) expect(await messageOf(() => d[make]({ lr }))).toMatch(`${make}.lr`);
    const optimizer = { ...recipe.optimizer, lr };
    expect(await messageOf(() => d.createTrainer({ ...recipe, optimizer }))).toMatch(/optimizer\.lr/);
  });

  test.each([-0.1, Number.NaN, '0.1', undefined, Promise.resolve(1)])(
    'a schedule that gives %s ends training',
    async (value) => {
      const lr = (step: number): Anything => (step < 3 ? 0.1 : value);
      for (const optimizer of [core.sgd({ lr }), core.accumulate(1, core.adam({ lr }))]) {
        const t = await core.createTrainer({ ...recipe, optimizer });
        await t.step(x, y);
        await t.step(x, y);
        const before = await t.state();
        expect(await messageOf(() => t.step(x, y))).toMatch(/no usable number.*at step 3/);
        expect(await t.state()).toEqual(before);
      }
    },
  );
});

describe('layers, optimizers and schedules', () => {
  test.each(
    cases({
      'linear with texts': [() => d.linear('784', 10), /linear was given an invalid inFeatures/],
      'linear with null': [() => d.linear(2, 3, null), /one object/],
      'linear, misspelt': [() => d.linear(2, 3, { biass: false }), /did you mean 'bias'/],
      'linear, bias as text': [() => d.linear(2, 3, { bias: 'no' }), /invalid bias/],
      'linear, an initializer that is none': [() => d.linear(2, 3, { weightInit: 0.1 }), /invalid weightInit/],
      'an initializer of the wrong length': [
        () => core.initParameters(d.linear(2, 3, { weightInit: () => new Float32Array(1) }), 0),
        /weight.*6 numbers/,
      ],
      'conv2d with a stride in place of options': [() => d.conv2d(1, 6, 5, 2), /one object.*stride/],
      'conv2d, stride as text': [() => d.conv2d(1, 6, 5, { stride: '2' }), /invalid stride/],
      'conv2d, null padding': [() => d.conv2d(1, 6, 5, { padding: null }), /invalid padding/],
      'conv2d, unknown padding': [() => d.conv2d(1, 6, 5, { padding: 'full' }), /'valid', 'same'/],
      'conv2d, null kernel': [() => d.conv2d(1, 6, null), /invalid kernel size/],
      'maxPool2d with a stride in place of options': [() => d.maxPool2d(2, 2), /one object/],
      'maxPool2d, misspelt': [() => d.maxPool2d(2, { strides: 2 }), /did you mean 'stride'/],
      'softmax of an axis': [() => d.softmax(1), /one object.*axis/],
      'dropout as text': [() => d.dropout('0.5'), /invalid probability/],
      'rescale without a number': [() => d.rescale(), /invalid scale/],
      'rescale as text': [() => d.rescale('1/255'), /invalid scale/],
      'normalize as text': [() => d.normalize('0.1', '0.3'), /invalid statistics/],
      'batchNorm2d, misspelt': [() => d.batchNorm2d(3, { epsilon: 1 }), /no option 'epsilon'/],
      'sequential of nothing': [() => d.sequential(undefined), /sequential › 0 is missing/],
      'sequential of null': [() => d.sequential(null), /is not a layer/],
      'sequential of two records': [() => d.sequential({ a: core.relu() }, { b: core.relu() }), /is not a layer/],
      'sgd without options': [() => d.sgd(), /one object.*lr/],
      'sgd of a number': [() => d.sgd(0.1), /one object.*0\.1 \(number\)/],
      'sgd, misspelt': [() => d.sgd({ lr: 0.1, momentun: 0.9 }), /did you mean 'momentum'/],
      'sgd, PyTorch’s name': [() => d.sgd({ lr: 0.1, weight_decay: 0.9 }), /did you mean 'weightDecay'/],
      'adam, betas as a number': [() => d.adam({ betas: 0.9 }), /two decay rates/],
      'accumulate without an optimizer': [() => d.accumulate(2), /the optimizer is missing/],
      'accumulate as text': [() => d.accumulate('2', recipe.optimizer), /invalid number of steps/],
      'clipped the other way round': [() => d.clipped(core.adam({ lr: 1 }), 1), /give the limit first/],
      'parallel of layers without names': [
        () => d.parallel(core.linear(2, 2), core.linear(2, 2)),
        /a record of layers by name/,
      ],
      'topK of options': [() => d.topK(core.tensor([[1, 2]]), { k: { k: 1 } }), /an object with k/],
      'averaged without calling': [() => d.averaged(0.9, core.adam), /adam\(\) instead/],
      'momentum as text': [() => d.momentum('0.9'), /invalid mu/],
      'cosine without options': [() => d.cosine(), /one object/],
      'stepDecay, misspelt': [() => d.stepDecay({ lr: 1, step: 2 }), /no option 'step'/],
      'crossEntropy, misspelt': [() => d.crossEntropy({ labelSmoothin: 0.1 }), /did you mean 'labelSmoothing'/],
      'crossEntropy, a weight': [() => d.crossEntropy({ weight: 2 }), /a list of finite numbers/],
      'earlyStopping, misspelt': [() => d.earlyStopping({ patients: 3 }), /did you mean 'patience'/],
      'everySteps without a function': [() => d.everySteps(5), /is missing/],
      'normalInit as text': [() => d.normalInit({ std: '1' }), /invalid std/],
      'a layer as an operand': [
        () => mul(core.relu() as Anything, 2),
        /operand 1 is a layer.*the op of that name is in @descent\/core\/ops/,
      ],
      'a layer as the output of a layer': [
        () =>
          core.forwardGraph(
            d.layer('mine', {}, (a: Anything) => d.relu(a)),
            { shape: [2] },
          ),
        /relu\(\) makes a description.*import \{ relu \} from '@descent\/core\/ops'/,
      ],
      'weightedSum of losses': [() => d.weightedSum(core.mse(), core.mse()), /no option 'label'/],
      'summarize without a sample': [() => d.summarize(model), /sample is missing/],
      'summarize with a shape': [() => d.summarize(model, [2]), /name it: \{ shape: \[2\] \}/],
      'summarize of a list': [() => d.summarize([core.relu()], { shape: [2] }), /sequential\(\.\.\.layers\)/],
      'grad without a backend': [() => d.grad((a: Anything) => a), /one object/],
      'grad of nothing': [() => d.grad(undefined, { backend }), /a function of tensors/],
      'grad with a backend by name': [() => d.grad((a: Anything) => a, { backend: 'onnx' }), /give onnx\(\)/],
      'a precision that is none': [() => (referenceBackend as Anything)({ precision: 'float16' }), /invalid precision/],
      'overfitOneBatch without a trainer': [() => d.overfitOneBatch(undefined, { x, y }), /the trainer is missing/],
      'a predictor without a backend': [
        () => d.createPredictor({ model, parameters: core.initParameters(model, 0), sample: { shape: [2] } }),
        /backend is missing/,
      ],
    }),
  )('%s', async (_, run, expected) => {
    expect(await messageOf(run)).toMatch(expected);
  });
});

describe('arrays', () => {
  test.each(
    cases({
      'a text': [() => d.tensor(['a']), /tensor at \[0\] cannot use this value.*"a"/],
      'a number as text': [() => d.tensor([[1, '2']]), /tensor at \[0, 1\].*"2"/],
      nothing: [() => d.tensor(), /received: undefined/],
      'a hole': [() => d.tensor([1, undefined]), /tensor at \[1\].*undefined/],
      null: [() => d.tensor([null]), /tensor at \[0\].*null/],
      'an object': [() => d.tensor([{ a: 1 }]), /tensor at \[0\].*an object with a/],
      'half an integer': [() => d.tensor([0.5], 'int32'), /cannot use this value as int32.*0\.5/],
      'NaN as an integer': [() => d.tensor([Number.NaN], 'int32'), /NaN/],
      'a byte that is too large': [() => d.tensor([[255], [256]], 'uint8'), /tensor at \[1, 0\].*256.*from 0 to 255/],
      'a negative byte': [() => d.tensor([-1], 'uint8'), /from 0 to 255/],
      'a boolean that is none': [() => d.tensor([2], 'bool'), /0 or 1/],
      'an integer beyond int32': [() => d.tensor([2n ** 31n], 'int32'), /2147483648/],
      'an unknown type': [() => d.tensor([1], 'int64'), /no such element type.*int32/],
      'full of something': [() => d.full([2], 300, 'uint8'), /300/],
      'zeros of a number': [() => d.zeros(3), /no shape/],
      'zeros of a negative size': [() => d.zeros([2, -1]), /\[2, -1\]/],
      'data in a list': [() => d.ndarray('float32', [2], [1, 2]), /Float32Array\.from/],
      'data of another type': [() => d.ndarray('int32', [2], new Float32Array(2)), /dtype int32 with a Float32Array/],
      'data that are too short': [() => d.ndarray('float32', [3], new Float32Array(2)), /does not fill the shape/],
      'a shape that is none': [() => d.ndarray('float32', 2, new Float32Array(2)), /shape/],
      'labels beyond int32': [
        () => d.ndarray('int32', [1], BigInt64Array.of(2n ** 40n)),
        /1099511627776 at position 0/,
      ],
    }),
  )('%s is refused', async (_, run, expected) => {
    expect(await messageOf(run)).toMatch(expected);
  });

  test('64-bit labels are accepted and become int32, wherever they come in', async () => {
    const labels = BigInt64Array.of(0n, 2n);
    expect(core.ndarray('int32', [2], labels)).toEqual(y);
    expect(core.tensor([0n, 2n], 'int32')).toEqual(y);
    const t = await core.createTrainer(recipe);
    const expected = await (await core.createTrainer(recipe)).step(x, y);
    expect(await (t as Anything).step(x, { dtype: 'int64', shape: [2], data: labels })).toEqual(expected);
    const batch: Anything = { x, y: { dtype: 'int32', shape: [2], data: labels } };
    const evaluated = await t.evaluate([{ x, y }]);
    expect(await t.evaluate([batch])).toEqual(evaluated);
    expect(await (await t.resident(batch)).evaluate(2)).toEqual(evaluated);
    const far: Anything = { dtype: 'int64', shape: [2], data: BigInt64Array.of(0n, 5_000_000_000n) };
    expect(await messageOf(() => t.step(x, far))).toMatch(/5000000000 at position 1/);
  });

  test('other integers and the pixels of a canvas are taken as they are', () => {
    const made = d.ndarray;
    expect(made('int32', [2], Int16Array.of(-1, 5))).toEqual(core.tensor([-1, 5], 'int32'));
    expect(made('uint8', [2], Uint8ClampedArray.of(1, 255))).toEqual(core.tensor([1, 255], 'uint8'));
    expect(core.tensor([true, false], 'bool')).toEqual({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) });
    expect(core.tensor([[], []] as never).shape).toEqual([2, 0]);
    expect(d.tensor([new Float32Array([1, 2])])).toEqual(core.tensor([[1, 2]]));
  });
});

test('topK with a number in place of options', async () => {
  const parameters = core.initParameters(model, 0);
  const predictor = await core.createPredictor({ model, parameters, sample: { shape: [2] }, backend });
  expect(await messageOf(() => (predictor as Anything).topK(x, 3))).toMatch(
    /topK takes its options as one object.*received: 3.*k, labels, of/,
  );
});
