// docs/bundlers.md, word for word: a page that trains is built by each bundler and opened in Chromium; a program is bundled for Node and run.
// DESCENT_BUNDLERS=all runs webpack, too, which takes a minute or more.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser, withPage } from '../../packages/runs/test/browser.ts';
import { codeOf } from './bundlers/sections.ts';
import { type Served, type Serving, serveFolder } from './bundlers/serve.ts';
import { readManifest, root, run } from './pack.ts';
import { installedProject, work } from './tarballs.ts';

const TFJS = '4.22.0';
const ORT = '1.30.0';
const WITH_WEBPACK = process.env['DESCENT_BUNDLERS'] === 'all';
const SECONDS = 60;

const browser = findBrowser();
let project = '';
/** The losses in Node, by backend. */
let expected: Readonly<Record<string, readonly number[]>> = {};

const CURVES = `
import { backendOf, losses } from './main.js';
const curves = {};
for (const name of ['onnx:wasm', 'tfjs:wasm', 'tfjs:cpu']) curves[name] = await losses(await backendOf(name));
console.log(JSON.stringify(curves));
`;

interface Report {
  readonly losses?: readonly number[];
  readonly error?: string;
}

beforeAll(() => {
  const versionOf = (name: string): string => readManifest(join(root, 'node_modules', name)).version;
  project = installedProject('bundled', {
    '@tensorflow/tfjs-backend-wasm': TFJS,
    '@tensorflow/tfjs-backend-webgl': TFJS,
    '@tensorflow/tfjs-core': TFJS,
    'onnxruntime-node': ORT,
    'onnxruntime-web': ORT,
    esbuild: versionOf('esbuild'),
    vite: versionOf('vite'),
    ...(WITH_WEBPACK && { webpack: '^5.113.0', 'webpack-cli': '^6.0.1' }),
  });
  mkdirSync(join(project, 'src'));
  for (const [file, place] of Object.entries({ 'index.html': '', 'main.js': 'src', 'server.js': 'src' })) {
    copyFileSync(fileURLToPath(new URL(`bundlers/${file}`, import.meta.url)), join(project, place, file));
  }
  // In a file: the threads of ONNX Runtime in WebAssembly start with the options of this process, such as --input-type.
  writeFileSync(join(project, 'src', 'curves.js'), CURVES);
  const printed = run(process.execPath, [join('src', 'curves.js')], project);
  expected = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** Runs commands of the document in the project. */
function shell(commands: string): string {
  return run('sh', ['-e', '-c', commands], project);
}

/** A page beside a script that a bundler has made. */
function writePage(script: string): void {
  writeFileSync(
    join(project, 'dist', 'index.html'),
    `<!doctype html><script type="module" src="${script}"></script>\n`,
  );
}

/** What the page reports when it is opened with a query. */
async function opened(address: string, query: string): Promise<Report> {
  return withPage(browser as string, async (page) => {
    await page.send('Page.enable');
    await page.send('Page.navigate', { url: `${address}/?${query}` });
    const end = Date.now() + SECONDS * 1000;
    while (Date.now() < end) {
      // Development servers load pages again, in the middle of a question.
      const report = await page.evaluate('globalThis.report').catch(() => undefined);
      if (report !== undefined) return report as Report;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { error: `the page did not report within ${SECONDS} s` };
  });
}

/** Opens the page for each query and compares the losses with Node's. */
async function expectTraining(address: string, queries: readonly string[]): Promise<void> {
  for (const query of queries) {
    const { losses, error } = await opened(address, query);
    expect(error, query).toBeUndefined();
    const name = new URLSearchParams(query).get('backend') as string;
    const wanted = expected[name] ?? expected['tfjs:cpu'] ?? [];
    expect(losses, query).toHaveLength(wanted.length);
    for (const [i, loss] of wanted.entries()) expect(losses?.[i], query).toBeCloseTo(loss, 4);
  }
}

async function whileServed(serving: Serving, use: (served: Served) => Promise<void>, folder = 'dist'): Promise<void> {
  const served = await serveFolder(join(project, folder), serving);
  try {
    await use(served);
  } finally {
    served.close();
  }
}

const BACKENDS = ['onnx:wasm', 'tfjs:wasm', 'tfjs:cpu'].map((name) => `backend=${name}`);

test('in Node the backends agree, and learn', () => {
  const [wasm, ...others] = Object.values(expected);
  expect(wasm?.at(-1)).toBeLessThan(wasm?.[0] ?? 0);
  for (const curve of others) for (const [i, loss] of curve.entries()) expect(wasm?.[i]).toBeCloseTo(loss, 4);
});

describe.skipIf(browser === null)('pages', () => {
  test('Vite builds one: in the page, in a worker, with threads, on a graphics device', async () => {
    shell(codeOf('Vite', 'sh')[0] as string);
    await whileServed({}, ({ address }) => expectTraining(address, [...BACKENDS, 'backend=tfjs:webgl']));
    // Isolated pages have threads, also in a worker, and in Vite's workers all code is in one file.
    await whileServed({ isolated: true }, ({ address }) =>
      expectTraining(address, ['backend=onnx:wasm', 'backend=onnx:wasm&worker=', 'backend=tfjs:wasm&worker=']),
    );
  });

  test("Vite's development server", async () => {
    writeFileSync(join(project, 'vite.config.js'), codeOf('Vite', 'js')[0] as string);
    const vite = spawn(process.execPath, ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', '0'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await expectTraining(await addressOf(vite), [
        'backend=onnx:wasm',
        'backend=onnx:wasm&worker=',
        'backend=tfjs:wasm',
        'backend=tfjs:wasm&worker=',
      ]);
    } finally {
      vite.kill();
      rmSync(join(project, 'vite.config.js'));
    }
  });

  test('esbuild: what is not beside the script is named, with what came instead; then it trains', async () => {
    const [build = '', copy = ''] = (codeOf('esbuild', 'sh')[0] as string).trim().split('\n');
    rmSync(join(project, 'dist'), { recursive: true, force: true });
    shell(build);
    writePage('main.js');
    await whileServed({ routes: true }, async ({ address }) => {
      const onnx = await opened(address, 'backend=onnx:wasm');
      expect(onnx.error).toContain(`received: a page (text/html) from ${address}/ort-wasm-simd-threaded.wasm`);
      expect(onnx.error).toContain("onnx({ device: 'wasm', wasmPaths: '/onnxruntime/' })");
    });
    await whileServed({}, async ({ address }) => {
      const tfjs = await opened(address, 'backend=tfjs:wasm');
      expect(tfjs.error).toContain(`received: status 404 from ${address}/tfjs-backend-wasm-simd.wasm`);
      expect(tfjs.error).toContain("tfjs({ engine: 'wasm', wasmPaths: '/tfjs/' })");
    });
    shell(copy);
    await whileServed({ isolated: true }, ({ address }) =>
      expectTraining(address, [
        ...BACKENDS,
        'backend=onnx:wasm&worker=/onnx-worker.js',
        'backend=tfjs:wasm&worker=/tfjs-worker.js',
      ]),
    );
  });

  test('no bundler: an import map', async () => {
    const page = join(project, 'map', 'index.html');
    mkdirSync(join(project, 'map'));
    writeFileSync(page, codeOf('No bundler', 'html')[0] as string);
    await whileServed(
      {},
      ({ address }) => expectTraining(`${address}/map`, ['backend=onnx:wasm', 'backend=tfjs:wasm']),
      '.',
    );
  });

  test.runIf(WITH_WEBPACK)('webpack', async () => {
    rmSync(join(project, 'dist'), { recursive: true, force: true });
    shell(codeOf('webpack', 'sh')[0] as string);
    writePage('main.js');
    await whileServed({ isolated: true }, ({ address }) =>
      expectTraining(address, [...BACKENDS, 'backend=onnx:wasm&worker=']),
    );
  });
});

describe('programs for Node', () => {
  const commands = codeOf('Node', 'sh');

  test.each([
    ['esbuild', commands[0], 'build/server.mjs'],
    ['Vite', commands[1], 'build/server.js'],
  ] as const)('%s leaves the packages outside: data, threads and ONNX Runtime are there', (_, command = '', file) => {
    shell(command);
    const [here, inThread, ...rest] = run(process.execPath, [file], project).trim().split('\n');
    expect(Number(here)).toBeGreaterThan(1);
    expect(inThread).toBe(here);
    expect(rest).toEqual([]);
  });
});

/** The address that the development server prints. */
function addressOf(vite: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    vite.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours.
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed.replace(/\x1b\[\d+m/g, ''))?.[0];
      if (address !== undefined) resolve(address);
    });
    vite.once('exit', () => reject(new Error(`the server ended: ${printed}`)));
  });
}
