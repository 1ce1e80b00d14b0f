import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnnxFacts, ValueFacts } from '@descent/backend-onnx';
import { exportOnnx } from '@descent/backend-onnx';
import { initParameters, linear, relu, sequential } from '@descent/core';
import { onTestFinished } from 'vitest';

/** A folder with `files`, gone after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'descent-deploy-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** What a file of these inputs and outputs says. */
export function facts(
  inputs: readonly ValueFacts[],
  outputs: readonly ValueFacts[],
  descent: OnnxFacts['descent'] = {},
): OnnxFacts {
  return {
    ...{ bytes: 0, irVersion: 8, opsets: {}, producer: { name: '', version: '' }, description: '', name: '' },
    ...{ inputs, outputs, ops: [], functions: [], parameters: 0, weights: [], externalData: {}, metadata: {}, descent },
  };
}

export function value(name: string, type: string, ...shape: readonly (number | string | null)[]): ValueFacts {
  return { name, type, shape };
}

const net = sequential(linear(4, 8), relu(), linear(8, 3));

/** A classifier of 4 numbers into 3 classes. */
export async function classifier(more: object = {}): Promise<Uint8Array> {
  const options = { parameters: initParameters(net, 1), sample: { shape: [4] }, verify: false, ...more } as const;
  return (await exportOnnx(net, options)).bytes;
}

/** `y = x + w` for two numbers, whose weights are in the file `location`: the fields of ONNX by their numbers. */
export function withWeightsIn(location: string): Uint8Array {
  const value = (name: string): Buffer =>
    message(text(1, name), field(2, message(field(1, message(number(1, 1), SHAPE)))));
  const entry = (key: string, content: string): Buffer => field(13, message(text(1, key), text(2, content)));
  const weights = message(number(1, 2), number(2, 1), text(8, 'w'), entry('location', location), number(14, 1));
  const node = message(text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, 'Add'));
  const graph = message(field(1, node), text(2, 'g'), field(5, weights), field(11, value('x')), field(12, value('y')));
  return message(number(1, 8), field(7, graph), field(8, message(text(1, ''), number(2, 17))));
}

const message = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const number = (tag: number, content: number): Buffer => Buffer.from([tag << 3, content]);
const field = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([(tag << 3) | 2, (content.length & 127) | (content.length > 127 ? 128 : 0)]),
    Buffer.from(content.length > 127 ? [content.length >> 7] : []),
    content,
  ]);
const text = (tag: number, content: string): Buffer => field(tag, Buffer.from(content));
const SHAPE = field(2, message(field(1, message(number(1, 2)))));
