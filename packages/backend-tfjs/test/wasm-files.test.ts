import { expect, test } from 'vitest';
import { servedAs, wasmFiles } from '../src/wasm-files/browser.ts';

const NAME = 'tfjs-backend-wasm-simd.wasm';
const INSTALLED = '@tensorflow/tfjs-backend-wasm/dist';

test.each([
  // Bundlers put an address of their own in.
  [`https://a.b/assets/x-5f.wasm`, 'https://a.b/assets/main.js', 'https://a.b/assets/x-5f.wasm'],
  // esbuild leaves the expression as it is.
  [`https://a.b/js/${INSTALLED}/${NAME}`, 'https://a.b/js/main.js', `https://a.b/js/${NAME}`],
  // The development server of Vite from version 8 on, and import maps: relative to this package; before, to the folder of the server.
  [
    `http://a/node_modules/@descent/backend-tfjs/dist/wasm-files/${INSTALLED}/${NAME}`,
    'http://a/node_modules/.vite/deps/x.js',
    `http://a/node_modules/${INSTALLED}/${NAME}`,
  ],
  [
    `http://a/node_modules/.vite/deps/${INSTALLED}/${NAME}`,
    'http://a/node_modules/.vite/deps/x.js',
    `http://a/node_modules/${INSTALLED}/${NAME}`,
  ],
  // pnpm keeps what belongs together in a folder of its own.
  [
    `http://a/node_modules/.pnpm/t@1/node_modules/@descent/backend-tfjs/dist/wasm-files/${INSTALLED}/${NAME}`,
    'http://a/node_modules/.vite/deps/x.js',
    `http://a/node_modules/.pnpm/t@1/node_modules/${INSTALLED}/${NAME}`,
  ],
])('%s, in the script %s, is %s', (address, script, served) => {
  expect(servedAs(NAME, address, script)).toBe(served);
});

test('all three builds are named', () => {
  expect(Object.keys(wasmFiles())).toEqual(['tfjs-backend-wasm.wasm', NAME, 'tfjs-backend-wasm-threaded-simd.wasm']);
});
