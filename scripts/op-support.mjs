// Writes docs/op-support.md: which ops work on which backend, forward and backward, from a run of the conformance kit.
// Build first (`pnpm build`), install tfjs-node's addon (`descent backends add`) or name TensorFlow's folder in DESCENT_TENSORFLOW, then
// `node scripts/op-support.mjs`.
import { writeFileSync } from 'node:fs';
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { conformanceTests, DEFAULT_TOLERANCE } from '@descent/conformance';

/** A folder with TensorFlow, as in the tests; else what was built before is found. */
const libtensorflow = process.env['DESCENT_TENSORFLOW'];

/** @type {readonly { name: string, open: () => Promise<import('@descent/core').Backend> }[]} */
const BACKENDS = [
  { name: 'onnx:cpu', open: async () => onnx({ threads: 1 }) },
  { name: 'onnx:wasm', open: async () => onnx({ device: 'wasm', threads: 1 }) },
  { name: 'onnx:cpu, webgpu dialect', open: async () => onnx({ threads: 1, dialect: 'webgpu' }) },
  { name: 'tfjs:cpu', open: () => tfjs({ engine: 'cpu' }) },
  { name: 'tfjs:wasm', open: () => tfjs({ engine: 'wasm' }) },
  { name: 'tfjs:node', open: () => tfjs({ engine: 'node', ...(libtensorflow !== undefined && { libtensorflow }) }) },
];

/** @typedef {{ passed: number, total: number }} Count */

/** @type {Map<string, Map<string, Count>>} Row (an op, or a kind of other tests) → column → count. */
const rows = new Map();
for (const { name, open } of BACKENDS) {
  const backend = await open().catch(
    /** @param {Error} error */ (error) => {
      throw new Error(`${name} does not work here, so the page would lack it`, { cause: error });
    },
  );
  for (const test of conformanceTests()) {
    const [kind = '', op = '', part = ''] = test.name.split('/');
    const row = kind === 'op' ? `\`${op}\`` : `all of ${kind}`;
    const column = `${name}/${kind === 'op' && part === 'gradient' ? 'backward' : 'forward'}`;
    const passed = await test.run(backend, DEFAULT_TOLERANCE).then(
      () => true,
      () => false,
    );
    const counts = rows.get(row) ?? new Map();
    const count = counts.get(column) ?? { passed: 0, total: 0 };
    counts.set(column, { passed: count.passed + (passed ? 1 : 0), total: count.total + 1 });
    rows.set(row, counts);
  }
  await backend.dispose();
  console.log(`${name}: done`);
}

const columns = BACKENDS.flatMap(({ name }) => [`${name}/forward`, `${name}/backward`]);
/** @param {Count | undefined} count */
const cell = (count) => {
  if (count === undefined) return '';
  return count.passed === count.total ? `✓ ${count.total}` : `${count.passed} of ${count.total}`;
};
const table = [
  ['', ...BACKENDS.flatMap(({ name }) => [name, ''])],
  ['---', ...columns.map(() => '---')],
  ['op', ...columns.map((c) => c.split('/')[1])],
  ...[...rows].map(([row, counts]) => [row, ...columns.map((c) => cell(counts.get(c)))]),
];
const page = `# What works where

Written by \`scripts/op-support.mjs\` from a run of the conformance kit: the number of cases of each op that agree with the reference interpreter, with
several shapes, attributes and element types. An empty cell: the op has no gradient. The last rows are other tests of the kit; edges are compared with PyTorch,
and [edge-semantics.md](edge-semantics.md) says why some differ. Engines that need a browser or another machine are not in the table; they run the
same kit where they can.

${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
writeFileSync(new URL('../docs/op-support.md', import.meta.url), page);
