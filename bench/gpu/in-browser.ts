import { runInBrowser } from '@descent/conformance/browser';
import { bundleForBrowser, folderOf, GRAPHICS, SOFTWARE_GRAPHICS } from '../lib/bundle.ts';
import type { Findings } from './findings.ts';
import { merged } from './in-node.ts';
import type { PageTask } from './page.ts';

/** Puts the page's script into `folder`; it is the same for all devices. */
export function bundlePage(folder: string): Promise<void> {
  return bundleForBrowser({ page: new URL('./page.js', import.meta.url) }, folder);
}

/** Examines a device in a page of its own, in a browser of its own. The page's script and the images are in `folder`. */
export async function examineInBrowser(browser: string, folder: string, task: PageTask): Promise<Findings> {
  let found: Findings = { problems: [] };
  try {
    await runInBrowser<Findings>(browser, {
      script: "import '/data/page.mjs';",
      folders: { '/data/': folder, '/wasm/': folderOf('onnxruntime-web/wasm') },
      query: `task=${encodeURIComponent(JSON.stringify(task))}`,
      flags: task.software ? SOFTWARE_GRAPHICS : GRAPHICS,
      // Threads of WebAssembly share memory.
      isolated: true,
      seconds: task.effort.deviceSeconds,
      onProgress(text) {
        found = merged(found, JSON.parse(text) as Partial<Findings>);
      },
    });
    return found;
  } catch (error) {
    return merged(found, { problems: [(error as Error).message] });
  }
}
