import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DescentError, type NDArray, type Shape } from '@descent/core';
import { fold, key, uniform } from '@descent/core/random';
import type { TextPreparation, Tokenizer } from '@descent/datasets';
import { tokenizerOf } from '@descent/datasets/tokenizers';
import { InterruptedError, UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import type { OpenModel } from '../run/open-model.ts';

/** How a text goes on. */
export interface GenerateOptions {
  /** How many tokens are added. */
  readonly tokens: number;
  /** Logits are divided by it before one is drawn; 0: always the likeliest. */
  readonly temperature: number;
  readonly seed: number;
}

/** Lets a language model go on with each text: those that are given, and the whole of each file. */
export async function generate(
  model: OpenModel & { readonly text: TextPreparation },
  { texts, paths }: { readonly texts: readonly string[]; readonly paths: readonly string[] },
  options: GenerateOptions & { readonly json: boolean },
  io: Io,
): Promise<void> {
  const tokenizer = await tokenizerOf(model.text);
  const files = await Promise.all(paths.map((path) => promptIn(path, io)));
  const answers: object[] = [];
  for (const prompt of [...texts, ...files]) {
    if (!options.json) io.out.stream.write(prompt);
    let text = prompt;
    for await (const longer of continued(prompt, model, tokenizer, options)) {
      if (io.signal.aborted) throw new InterruptedError('the text was stopped');
      // A token may change how the one before it reads: only what is longer is written.
      if (!options.json) io.out.stream.write(longer.slice(text.length));
      text = longer;
    }
    if (!options.json) print(io.out, '');
    answers.push({ prompt, text });
  }
  if (options.json) print(io.out, JSON.stringify(answers, null, 2));
}

/** The text with one more token each time. */
async function* continued(
  prompt: string,
  model: OpenModel & { readonly text: TextPreparation },
  tokenizer: Tokenizer,
  { tokens: count, temperature, seed }: GenerateOptions,
): AsyncGenerator<string, void> {
  const { length } = model.text;
  const tokens = Array.from(tokenizer.encode(prompt));
  if (tokens.length === 0)
    throw new UsageError('there is no text to go on with', {
      received: JSON.stringify(prompt),
      expected: 'at least one token',
    });
  const random = key(seed);
  for (let i = 0; i < count; i++) {
    const last = tokens.slice(-length);
    // What stands behind the text is not looked at: the network was trained to say at each place what follows.
    const data = new Int32Array(length);
    data.set(last);
    const logits = await model.predict({ dtype: 'int32', shape: [1, length], data });
    const drawn = new Float32Array(1);
    uniform(fold(random, String(i)), drawn);
    tokens.push(next(rowAt(logits, last.length - 1, [1, length]), tokenizer.size, temperature, drawn[0] as number));
    yield `${prompt}${tokenizer.decode(tokens).slice(tokenizer.decode(tokenizer.encode(prompt)).length)}`;
  }
}

/** The logits at a place. Throws for a network that does not say something at each. */
function rowAt({ shape, data }: NDArray, place: number, [, length]: Shape): Float64Array {
  const [, time, width = 0] = shape;
  if (shape.length !== 3 || time !== length) {
    throw new DescentError('the network does not say at each place what comes next', {
      received: `an output [${shape.join(', ')}]`,
      expected: `[1, ${length}, tokens]`,
    });
  }
  return Float64Array.from(data.subarray(place * width, (place + 1) * width) as Float32Array);
}

/** A token drawn by the logits of those that there are; `at` is a number from 0 to 1. */
function next(logits: Float64Array, size: number, temperature: number, at: number): number {
  const known = logits.subarray(0, size);
  const largest = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(largest))
    throw new DescentError('the answer is not a finite number', { received: String(largest) });
  if (temperature === 0) return known.indexOf(largest);
  const weights = known.map((logit) => Math.exp((logit - largest) / temperature));
  let left = at * weights.reduce((a, b) => a + b, 0);
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left <= 0;
  });
  // Rounding may leave a little.
  return found < 0 ? known.indexOf(largest) : found;
}

async function promptIn(path: string, { cwd, input = process.stdin }: Io): Promise<string> {
  if (path !== '-') {
    const bytes = await readFile(resolve(cwd, path)).catch((cause: NodeJS.ErrnoException) => {
      throw new DescentError('the text cannot be read', {
        path,
        received: cause.code ?? cause.message,
        fix: 'check the path; a text on the command line is --text "Call me"',
        cause,
      });
    });
    return withoutEnd(bytes.toString('utf8'));
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of input) pieces.push(piece as Uint8Array);
  return withoutEnd(Buffer.concat(pieces).toString('utf8'));
}

/** Editors and `echo` end a text with a line break that is no part of it. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
