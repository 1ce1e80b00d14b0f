import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

export interface Playground {
  /** Opens the page in a tab of its own, with storage of its own. Every error of its console fails `close`. */
  open(options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface PageOptions {
  /** What stands behind the `#` of the address, such as `/train`. */
  readonly place?: string;
  readonly width?: number;
  readonly height?: number;
  readonly colors?: 'light' | 'dark';
  readonly locale?: 'en-US' | 'zh-CN';
  /** Whether the page keeps itself for offline use; default false, as it fetches every file again in the background. */
  readonly offline?: boolean;
}

/** Builds the page, serves it as a static host would, and starts `executable`, a Chromium: a path, or a name on the PATH; `flags` are for it. */
export async function openPlayground(executable: string, flags: readonly string[] = []): Promise<Playground> {
  const outDir = mkdtempSync(join(tmpdir(), 'descent-playground-'));
  await build({ root: ROOT, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root: ROOT, logLevel: 'warn', build: { outDir }, preview: { port: 0 } });
  const { port } = server.httpServer.address() as AddressInfo;
  const args = ['--no-sandbox', ...flags];
  const browser: Browser = await chromium.launch({ executablePath: onPath(executable), args });
  const errors: string[] = [];
  return {
    async open({ place = '', width = 1280, height = 800, colors = 'light', locale = 'en-US', offline = false } = {}) {
      const context = await browser.newContext({
        ...{ viewport: { width, height }, colorScheme: colors, locale },
        serviceWorkers: offline ? 'allow' : 'block',
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(`http://localhost:${port}/#${place}`);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`the page's console says:\n${errors.join('\n')}`);
    },
  };
}

function onPath(executable: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, executable)).find(existsSync) ?? executable;
}
