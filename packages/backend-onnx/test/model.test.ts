import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graph, type Program } from '@descent/core/backend';
import { add, concat, constant, input, iota, mean, mul, reshape, scalar, sum } from '@descent/core/ops';
import { allCases, caseGradientGraph, caseGraph, gradientInputs, values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { type LowerOptions, lowerGraph } from '../src/lower.ts';
import { lowerLoop } from '../src/lower-loop.ts';
import { toBytes } from '../src/model/to-proto.ts';
import { printModel } from '../src/public/index.ts';
import { lenet, mlp, trainStep } from './train-step.ts';

function textOf({ graph: g }: Pick<Program, 'graph'>, options: LowerOptions = {}): string {
  const { model, notes } = lowerGraph(g, options);
  return [...notes.map((note) => `# ${note}`), printModel(toBytes(model))].join('\n');
}

describe('a training step becomes', () => {
  test('for an MLP', () => {
    expect(textOf(trainStep(mlp, 200))).toMatchInlineSnapshot();
  });

  test('for a LeNet', () => {
    expect(textOf(trainStep(lenet, 200))).toMatchInlineSnapshot();
  });

  test('for a LeNet on WebGPU', () => {
    expect(textOf(trainStep(lenet, 200), { dialect: 'webgpu' })).toMatchInlineSnapshot();
  });

  test('in a loop', () => {
    const w = input('w', [2]);
    const data = input('data', [4, 2]);
    const program = {
      graph: graph({ w: add(w, sum(data, { axes: 0 })), loss: sum(mul(w, input('x', [2]))) }),
      reads: ['w', 'data'],
      writes: ['w'],
    };
    expect(printModel(toBytes(lowerLoop(program).model))).toMatchInlineSnapshot();
  });
});

test('equal nodes and equal small constants are stored once', () => {
  const x = input('x', [2]);
  const y = concat([
    mul(x, 2),
    mul(reshape(x, [2]), scalar(2)),
    add(x, constant(values([2], 1))),
    add(x, constant(values([2], 1))),
  ]);
  const { nodes, constants } = lowerGraph(graph({ y })).model.graph;
  expect(nodes.map((n) => n.type)).toEqual(['Mul', 'Add', 'Concat']);
  expect(constants.size).toBe(2);
});

test('equal constants of another type or sign of zero are not merged', () => {
  const y = concat([constant(values([1], 1)), reshape(scalar(0), [1]), reshape(scalar(-0), [1])]);
  expect(lowerGraph(graph({ y, i: iota(1) })).model.graph.constants.size).toBeGreaterThanOrEqual(4);
});

test('newer opsets take the axes of a maximum as an input', () => {
  const program = { graph: graph({ y: mean(input('x', [2, 3]), { axes: 1 }) }) };
  expect(textOf(program, { opset: 17 })).toContain('ReduceMean(x, axes=[1], keepdims=0)');
  expect(textOf(program, { opset: 18 })).toContain('ReduceMean(x, [1], keepdims=0)');
  expect(() => lowerGraph(program.graph, { opset: 16 })).toThrow(/expected: an integer from 17 to/);
});

test('metadata and producer are in the file', () => {
  const { model } = lowerGraph(graph({ y: mul(input('x', [2]), 2) }));
  const bytes = toBytes(model, { metadata: { labels: '["a","b"]' } });
  expect(printModel(bytes)).toContain('metadata labels = ["a","b"]');
});

test("ONNX's own checker accepts every model", () => {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  try {
    execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
  } catch {
    process.stderr.write(
      `The ONNX checker is not run: '${python} -c "import onnx"' fails. Set DESCENT_PYTHON to a Python that has it.\n`,
    );
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'descent-onnx-'));
  try {
    const models = modelsToCheck();
    for (const [i, bytes] of models.entries()) writeFileSync(join(folder, `${i}.onnx`), bytes);
    const checked = execFileSync(python, ['-c', CHECKER, folder], { encoding: 'utf8' });
    expect(checked.trim()).toBe(`${models.length} models, no complaints`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

const CHECKER = `
import glob, sys, onnx
complaints = []
files = glob.glob(sys.argv[1] + '/*.onnx')
for f in files:
    try:
        onnx.checker.check_model(f, full_check=True)
    except Exception as e:
        complaints.append(f + ': ' + str(e))
print(f"{len(files)} models, {len(complaints) or 'no'} complaints")
print('\\n'.join(complaints[:5]))
`;

/** Steps, loops, and every case of every op, in both dialects and several opsets. */
function modelsToCheck(): Uint8Array[] {
  const steps = [trainStep(mlp, 4), trainStep(lenet, 4)];
  const graphs = allCases().flatMap((c) =>
    gradientInputs(c).length > 0 ? [caseGraph(c), caseGradientGraph(c)] : [caseGraph(c)],
  );
  const options = ([17, 18, 21] as const).flatMap((opset) =>
    (['cpu', 'webgpu'] as const).map((dialect) => ({ opset, dialect })),
  );
  return [
    ...options.flatMap((o) => steps.flatMap((s) => [lowerGraph(s.graph, o), lowerLoop(s, o)])),
    ...graphs.map((g, i) => lowerGraph(g, options[i % options.length] as LowerOptions)),
  ].map(({ model }) => toBytes(model));
}
