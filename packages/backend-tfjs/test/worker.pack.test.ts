// Against the built package: a worker thread runs plain JavaScript, without vitest's transforms.

import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const dist = (path: string): string => pathToFileURL(fileURLToPath(new URL(`../../${path}`, import.meta.url))).href;

/** Runs a module in a Node of its own and returns what it prints. */
function run(program: string): string {
  const imports = `
    import { tfjs } from ${JSON.stringify(dist('backend-tfjs/dist/public/index.js'))};
    import { conformanceTests, DEFAULT_TOLERANCE } from ${JSON.stringify(dist('conformance/dist/public/index.js'))};
  `;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', imports + program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../conformance', import.meta.url)),
  });
}

test.each(['cpu', 'wasm'])('tfjs:%s in a worker thread conforms: life cycle and training', (engine) => {
  const output = run(`
    const backend = await tfjs({ engine: '${engine}', worker: true });
    let count = 0;
    for (const t of conformanceTests().filter((t) => /^(lifecycle|training)/.test(t.name))) {
      try { await t.run(backend, DEFAULT_TOLERANCE); count++; } catch (e) { console.log('FAILED', t.name, e.message); }
    }
    console.log('passed', count, backend.name);
    await backend.dispose();
  `);
  expect(output).not.toContain('FAILED');
  expect(Number(/passed (\d+)/.exec(output)?.[1])).toBeGreaterThan(30);
  expect(output).toContain(`tfjs:${engine}`);
});

test('an engine that does not start in the worker is told where it is made, and nothing keeps the process', () => {
  const output = run(`
    const error = await tfjs({ engine: 'webgpu', worker: true }).catch((e) => e);
    console.log(error.constructor.name, error.message);
  `);
  expect(output).toMatch(/^BackendError tfjs:webgpu did not start/);
});
