import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BrowserPage, bundleScript, runInBrowser } from '@descent/conformance/browser';

export interface BrowserReport {
  readonly backend: string;
  readonly count: number;
  /** How many tests the whole kit has. */
  readonly of: number;
  readonly failures: readonly string[];
  /** Tensors that many training steps have left behind. */
  readonly growth: number;
}

/** What the page reports. */
export async function runPage(browser: string, page: Omit<BrowserPage, 'folders'>): Promise<BrowserReport> {
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  return runInBrowser(browser, { ...page, folders: { '/wasm/': wasm } });
}

/** The script of the page, which is the same for all engines. */
export function bundlePage(): Promise<Uint8Array> {
  return bundleScript(new URL('page.ts', import.meta.url), { conditions: ['@descent/source'] });
}
