import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInBrowser } from '@descent/conformance/browser';
import { build } from 'esbuild';
import type { Findings } from './findings.ts';
import { merged } from './in-node.ts';
import type { PageTask } from './page.ts';

/** The page's script, which is the same for all devices. */
export async function bundlePage(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

const WEBGPU = ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist'];
/** Headless Chromium on Linux reaches a graphics device through Vulkan only. */
const LINUX = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];
const SOFTWARE = [
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
];

/** Examines a device in a page of its own, in a browser of its own. */
export async function examineInBrowser(
  browser: string,
  script: Uint8Array,
  folder: string,
  task: PageTask,
): Promise<Findings> {
  const { resolve } = createRequire(import.meta.url);
  let found: Findings = { problems: [] };
  try {
    await runInBrowser<Findings>(browser, {
      script,
      folders: { '/data/': folder, '/wasm/': dirname(resolve('onnxruntime-web/wasm')) },
      query: `task=${encodeURIComponent(JSON.stringify(task))}`,
      flags: task.software ? SOFTWARE : [...WEBGPU, ...(process.platform === 'linux' ? LINUX : [])],
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
