import { addHead, exportOnnx, importOnnx, likeFile, loadOnnx } from '@descent/backend-onnx';
import {
  createPredictor,
  embedding,
  initParameters,
  layer,
  linear,
  type NDArray,
  type Node,
  ndarray,
  sequential,
  type Tensors,
} from '@descent/core';
import { cast, mul, reshape } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';

interface Tokens extends Readonly<Record<string, Node>> {
  readonly input_ids: Node;
  readonly attention_mask: Node;
}

/** An encoder without a head, as files of transformers are: `[batch, time, 6]`. */
const encoder = layer('encoder', { embed: embedding(11, 6), dense: linear(6, 6) }, (x: Tokens, { embed, dense }) => {
  const [batch, time] = x.input_ids.type.shape as readonly [number, number];
  return {
    last_hidden_state: mul(dense(embed(x.input_ids)), reshape(cast(x.attention_mask, 'float32'), [batch, time, 1])),
  };
});
const TOKENS = { shape: ['sequence'], dtype: 'int32' } as const;

async function file(): Promise<Uint8Array> {
  const { bytes } = await exportOnnx(encoder, {
    parameters: initParameters(encoder, 2),
    sample: { input_ids: TOKENS, attention_mask: TOKENS },
    properties: { author: 'Ada' },
  });
  return bytes;
}

const ids = ndarray('int32', [2, 4], Int32Array.of(3, 1, 4, 10, 5, 9, 0, 0));
const counts = ndarray('int32', [2, 4], Int32Array.of(1, 1, 1, 1, 1, 1, 0, 0));

describe('a new head behind an encoder', () => {
  test.each(['first', 'mean'] as const)('takes the %s of the tokens, and is written back', async (pool) => {
    const read = await importOnnx<Tokens, Tensors>(await file());
    const { model, path, features, label } = addHead(read, 3, { pool });
    expect([path, features, label]).toEqual(['head', 6, 'linear(6 → 3)']);
    const names = model.parameters.map(({ name }) => name);
    expect(names).toEqual([...read.model.parameters.map(({ name }) => name), 'head.weight', 'head.bias']);
    const parameters = { ...initParameters(model, 4), ...read.parameters };
    const [states, logits] = await Promise.all(
      [read.model, model].map(async (net) => {
        const made = await createPredictor({
          model: net as typeof model,
          parameters: net === model ? parameters : read.parameters,
          sample: { input_ids: TOKENS, attention_mask: TOKENS },
          backend: referenceBackend(),
        });
        return made.predict({ input_ids: ids, attention_mask: counts });
      }),
    );
    const h = (isRecord(states) ? states['last_hidden_state'] : states) as NDArray;
    const wanted = [0, 1].flatMap((row) => {
      const taken = pool === 'first' ? [0] : [...Array(row === 0 ? 4 : 2).keys()];
      const pooled = Array.from({ length: 6 }, (_, k) =>
        taken.reduce((sum, t) => sum + (h.data[(row * 4 + t) * 6 + k] as number) / taken.length, 0),
      );
      return [0, 1, 2].map((c) =>
        pooled.reduce(
          (sum, v, k) => sum + v * (parameters['head.weight']?.data[c * 6 + k] as number),
          parameters['head.bias']?.data[c] as number,
        ),
      );
    });
    expect(largestDifference(logits as NDArray, ndarray('float32', [2, 3], Float32Array.from(wanted)))).toBeLessThan(
      1e-6,
    );
    // At a size that it was not exported with.
    const like = likeFile(read);
    const { bytes } = await exportOnnx(model, { ...like, names: { output: 'logits' }, parameters });
    const again = await loadOnnx(bytes);
    expect(again.outputs.map(({ name, shape }) => [name, shape])).toEqual([['logits', [-1, 3]]]);
    const answer = await again.run({ input_ids: ids, attention_mask: counts });
    expect(largestDifference(answer['logits'] as NDArray, logits as NDArray)).toBeLessThan(1e-6);
    again.dispose();
  });

  test('what has no tokens, no mask or a head already is refused', async () => {
    const read = await importOnnx<Tokens>(await file());
    expect(() => addHead(read, 0)).toThrow(/number of classes/);
    expect(() => addHead(read, 2, { pool: 'max' as never })).toThrow(/'first' or 'mean'/);
    const unmasked = { ...read, inputs: read.inputs.filter(({ name }) => name === 'input_ids') };
    expect(() => addHead(unmasked, 2, { pool: 'mean' })).toThrow(/attention_mask/);
    const twice = { ...read, model: addHead(read, 2).model as unknown as typeof read.model };
    expect(() => addHead(twice, 2)).toThrow(/called 'head' already/);
    const flat = sequential(linear(4, 3));
    const { bytes } = await exportOnnx(flat, { parameters: initParameters(flat, 0), sample: { shape: [4] } });
    expect(() => addHead({ ...read, outputs: [] }, 2)).toThrow(/no row of numbers for each token/);
    const plain = await importOnnx(bytes);
    expect(() => addHead(plain, 2)).toThrow(/no row of numbers for each token(.|\n)*replaceHead/);
  });
});

function isRecord(value: unknown): value is Readonly<Record<string, NDArray>> {
  return typeof value === 'object' && value !== null && !('dtype' in value);
}
