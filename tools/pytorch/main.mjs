// Random layers, losses, metrics, optimizers and schedules beside PyTorch, scikit-learn and SciPy; see `node tools/pytorch/main.mjs --help`.
// Build first (`pnpm build`).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { DescentError } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { RUNNERS } from './runners.mjs';

const HELP = `node tools/pytorch/main.mjs [--kind ${Object.keys(RUNNERS).join(',')}] [--first 0] [--cases 1000] [--only NAME,…] [--backend NAME]

  --kind     what is compared; default all. Exports are the layers as ONNX files, in ONNX Runtime
  --first    the first seed; each seed is one case, always the same
  --only     generators of the kind's Python file, such as convolution,pooling of random_layers.py
  --backend  onnx:cpu, tfjs:cpu, tfjs:wasm or tfjs:node; default the reference interpreter in float64
  --refused  tells what Descent refuses and PyTorch takes, a line for each message

DESCENT_PYTHON names a Python that has PyTorch, scikit-learn and SciPy. Prints a line for each seed that differs; the exit code is 1 if any did.`;

const { values: options } = parseArgs({
  options: {
    kind: { type: 'string', default: Object.keys(RUNNERS).join(',') },
    first: { type: 'string', default: '0' },
    cases: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    backend: { type: 'string' },
    refused: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** @param {string} kind */
async function compare(kind) {
  const runner = RUNNERS[kind];
  if (runner === undefined) throw new Error(`there is no kind '${kind}': ${Object.keys(RUNNERS).join(', ')}`);
  const on = await backendOf(options.backend);
  const script = join(import.meta.dirname, 'cases.py');
  const args = [
    script,
    kind === 'exports' ? 'layers' : kind,
    '--first',
    options.first,
    '--cases',
    options.cases,
    '--only',
    options.only,
  ];
  const python = spawn(process.env['DESCENT_PYTHON'] ?? 'python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => python.on('close', resolve));
  let [compared, skipped, different] = [0, 0, 0];
  /** @type {Map<string, { count: number, seed: number, text: string }>} */
  const refusals = new Map();
  for await (const line of createInterface({ input: python.stdout })) {
    const c = JSON.parse(line);
    if ('skipped' in c) {
      skipped++;
      continue;
    }
    try {
      const differences = await runner(c, on.backend, on.tolerance);
      compared++;
      if (differences.length === 0) continue;
      different++;
      console.log(`${kind} ${c.seed}: ${c.name} ${JSON.stringify([c.args, c.options])}`);
      for (const text of differences) console.log(`  ${text}`);
    } catch (error) {
      if (!(error instanceof DescentError)) throw error;
      const key = `${c.name.split(' ')[0]}: ${error.message.split('\n')[0]}`;
      const before = refusals.get(key) ?? { count: 0, seed: c.seed, text: JSON.stringify([c.args, c.options]) };
      refusals.set(key, { ...before, count: before.count + 1 });
    }
  }
  if ((await ended) !== 0) throw new Error('Python ended with an error');
  const refused = [...refusals.values()].reduce((sum, { count }) => sum + count, 0);
  console.log(
    `${kind}: ${compared} compared, ${different} differ, ${refused} refused by Descent, ${skipped} by PyTorch`,
  );
  if (options.refused)
    for (const [key, { count, seed, text }] of refusals) console.log(`  ${count} × ${key} (seed ${seed}: ${text})`);
  return different;
}

/** @param {string | undefined} name */
async function backendOf(name) {
  if (name === undefined) return { backend: referenceBackend({ precision: 'float64' }), tolerance: 5e-6 };
  const [kind, engine] = name.split(':');
  const backend = kind === 'onnx' ? onnx({ threads: 1 }) : tfjs({ engine: /** @type {'cpu'} */ (engine) });
  return { backend: await backend, tolerance: 2e-3 };
}

if (options.help) console.log(HELP);
else {
  let different = 0;
  for (const kind of options.kind.split(',')) different += await compare(kind);
  process.exitCode = different > 0 ? 1 : 0;
}
