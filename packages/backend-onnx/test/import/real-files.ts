import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importOnnx } from '@descent/backend-onnx';
import {
  type Backend,
  createPredictor,
  createTrainer,
  crossEntropy,
  type NDArray,
  type Node,
  ndarray,
  sgd,
} from '@descent/core';
import { expect } from 'vitest';

interface Listed {
  readonly dtype: 'float32' | 'int32' | 'uint8' | 'bool';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What real-files.py says of a file. */
export interface RealFile {
  readonly name: string;
  readonly path: string;
  readonly nodes: readonly string[];
  readonly inputs: Readonly<Record<string, Listed>>;
  /** What ONNX Runtime answers. */
  readonly outputs: Readonly<Record<string, Listed>>;
  /** How PyTorch has fine-tuned the network. */
  readonly tuned?: Tuned;
}

interface Tuned {
  readonly labels: Listed;
  readonly rate: number;
  readonly momentum: number;
  /** Tensors of the file that are none of the network's parameters. */
  readonly constants: readonly string[];
  readonly runs: readonly {
    readonly batchNorm: 'batch' | 'running';
    /** The loss before each step. */
    readonly losses: readonly number[];
    /** Means and variances that batch normalizations have kept, after the last. */
    readonly statistics: Readonly<Record<string, Listed>>;
  }[];
}

export interface RealFiles {
  readonly answers: readonly RealFile[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

export function readAnswers(folder: string): RealFiles {
  return JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as RealFiles;
}

/** Why no files can be made, or undefined where Python has these packages. */
export function withoutPython(packages: string): string | undefined {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  try {
    execFileSync(python, ['-c', `import ${packages}`], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `'${python} -c "import ${packages}"' fails: set DESCENT_PYTHON to a Python that has them`;
  }
}

export function arrayOf(listed: Listed | undefined): NDArray {
  const { dtype, shape, data } = listed as Listed;
  switch (dtype) {
    case 'float32':
      return ndarray(dtype, shape, Float32Array.from(data));
    case 'int32':
      return ndarray(dtype, shape, Int32Array.from(data));
    default:
      return ndarray(dtype, shape, Uint8Array.from(data));
  }
}

function arrays(listed: Readonly<Record<string, Listed>>): NDArray | Readonly<Record<string, NDArray>> {
  const all = Object.entries(listed).map(([name, x]) => [name, arrayOf(x)] as const);
  return all.length === 1 ? (all[0]?.[1] as NDArray) : Object.fromEntries(all);
}

/** The imported network answers as ONNX Runtime does, to 1e-4. */
export async function expectSameAnswers(file: RealFile, backend: Backend): Promise<void> {
  const { model, parameters, sample } = await importOnnx(file.path);
  const predictor = await createPredictor({ model, parameters, sample, backend });
  const given = await predictor.predict(arrays(file.inputs) as NDArray);
  const results = 'data' in given ? [given as NDArray] : Object.values(given as Readonly<Record<string, NDArray>>);
  const wanted = Object.values(file.outputs);
  expect(results, file.name).toHaveLength(wanted.length);
  for (const [i, { shape, data }] of wanted.entries()) {
    const result = results[i] as NDArray;
    expect(result.shape, file.name).toEqual(shape);
    expect(largestDifference(result.data, data), file.name).toBeLessThan(1e-4);
  }
}

/** Ten steps of fine-tuning follow PyTorch's losses, to 1e-4, and leave its running statistics. */
export async function expectSameLosses(file: RealFile, backend: Backend): Promise<void> {
  const { labels, rate, momentum, constants, runs } = file.tuned as Tuned;
  for (const { batchNorm, losses, statistics } of runs) {
    const { model } = await importOnnx(file.path, { batchNorm });
    const frozen = model.parameters.map(({ name }) => name).filter((name) => constants.includes(name));
    const trainer = await createTrainer<Node, Node>({
      model,
      loss: crossEntropy(),
      optimizer: sgd({ lr: rate, momentum }),
      backend,
      ...(frozen.length > 0 && { freeze: new RegExp(`^(${frozen.join('|')})$`) }),
    });
    const found: number[] = [];
    for (const _ of losses) {
      const { loss } = await trainer.step(arrays(file.inputs) as NDArray, arrayOf(labels));
      found.push(loss as number);
    }
    const shown = `${file.name}, ${batchNorm}: ${found.join(' ')} for ${losses.join(' ')}`;
    expect(largestDifference(found, losses), shown).toBeLessThan(1e-4);
    const kept = await trainer.parameters();
    for (const [name, { data }] of Object.entries(statistics)) {
      expect(largestDifference((kept[name] as NDArray).data, data), `${file.name}: ${name}`).toBeLessThan(1e-4);
    }
    await trainer.dispose();
  }
}

function largestDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  return expected.reduce((most, e, i) => Math.max(most, Math.abs((actual[i] as number) - e)), 0);
}
