import { BackendError } from '@descent/core';
import { expect, test, vi } from 'vitest';
import { tfjs } from '../src/tfjs.ts';

// What `#node` is in a browser.
vi.mock('../src/node/open.ts', () => import('../src/node/browser.ts'));

test.each(['node', 'node-gpu'] as const)('%s is refused in a browser, with what runs there', async (engine) => {
  const error = await tfjs({ engine }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BackendError);
  expect((error as Error).message).toBe(
    `tfjs:${engine} runs in Node only\n  fix: in a browser, use 'tfjs:webgpu', 'tfjs:webgl' or 'tfjs:wasm'`,
  );
});
