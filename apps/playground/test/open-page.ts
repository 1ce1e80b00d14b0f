import { existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildPage } from './build-page.ts';
import { type HostOptions, type StaticHost, startHost } from './static-host.ts';

export interface Playground {
  /** Opens the page in a tab of its own, with storage of its own. Every error of its console fails `close`, and every request to another host. */
  open(options?: PageOptions): Promise<Page>;
  /** The built page. */
  readonly folder: string;
  readonly host: StaticHost;
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
export async function openPlayground(
  executable: string,
  flags: readonly string[] = [],
  options: HostOptions = {},
): Promise<Playground> {
  const folder = await buildPage();
  const host = await startHost(folder, options);
  const args = ['--no-sandbox', ...flags];
  const browser: Browser = await chromium.launch({ executablePath: onPath(executable), args });
  const errors: string[] = [];
  return {
    folder,
    host,
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
      context.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && origin !== new URL(host.address).origin) {
          errors.push(`a request to another host: ${request.url()}`);
        }
      });
      await page.goto(`${host.address}#${place}`);
      return page;
    },
    async close() {
      await browser.close();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`the page's console says:\n${errors.join('\n')}`);
    },
  };
}

function onPath(executable: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, executable)).find(existsSync) ?? executable;
}
