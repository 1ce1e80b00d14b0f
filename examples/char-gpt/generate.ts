import type { OnnxModelFile } from '@descent/backend-onnx';
import { type NDArray, tensor } from '@descent/core';

/** What chooses a token by its logits. */
export type Choose = (logits: ArrayLike<number>) => number;

/** The exported files: the whole network, and the two that keep keys and values. */
export interface Files {
  readonly whole: OnnxModelFile;
  readonly prefill: OnnxModelFile;
  readonly step: OnnxModelFile;
}

export interface Generated {
  /** Behind the prompt. */
  readonly tokens: readonly number[];
  /** Logits that each was chosen by. */
  readonly logits: readonly Float32Array[];
  /** Of each token behind the first. */
  readonly milliseconds: number;
}

/** `count` tokens behind `prompt`, each of which costs the whole network on all before. */
export async function recomputed(
  { whole }: Files,
  prompt: readonly number[],
  count: number,
  choose: Choose,
): Promise<Generated> {
  return generated(prompt, count, choose, (tokens) => whole.predict(row(tokens)));
}

/** The same with the keys and values of what came before, so that each costs one step. */
export async function cached(
  { prefill, step }: Files,
  prompt: readonly number[],
  count: number,
  choose: Choose,
): Promise<Generated> {
  let past: { readonly key: NDArray; readonly value: NDArray } | undefined;
  return generated(prompt, count, choose, async (tokens) => {
    const made =
      past === undefined
        ? await prefill.run({ tokens: row(tokens) })
        : await step.run({ tokens: row(tokens.slice(-1)), pastKey: past.key, pastValue: past.value });
    const { logits, key, value } = made as Record<'logits' | 'key' | 'value', NDArray>;
    past = { key, value };
    return logits;
  });
}

async function generated(
  prompt: readonly number[],
  count: number,
  choose: Choose,
  next: (tokens: readonly number[]) => Promise<NDArray>,
): Promise<Generated> {
  const tokens: number[] = [];
  const logits: Float32Array[] = [];
  let begun = 0;
  for (let i = 0; i < count; i++) {
    // The first reads the prompt in both ways, and sessions warm up.
    if (i === 1) begun = performance.now();
    const { data, shape } = await next([...prompt, ...tokens]);
    const last = (data as Float32Array).slice(-(shape.at(-1) as number));
    logits.push(last);
    tokens.push(choose(last));
  }
  return { tokens, logits, milliseconds: (performance.now() - begun) / (count - 1) };
}

function row(tokens: readonly number[]): NDArray {
  return tensor([tokens], 'int32');
}

/** Draws a token by the softmax of `logits / temperature`; `uniform` gives numbers from 0 to 1. */
export function drawn(temperature: number, uniform: () => number): Choose {
  return (logits) => {
    const largest = Math.max(...Array.from(logits));
    const weights = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
    let rest = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    const at = weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    });
    return at < 0 ? weights.length - 1 : at;
  };
}
