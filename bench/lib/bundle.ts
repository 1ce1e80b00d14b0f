// What pages of the bench are made of, and what browsers are told about graphics.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { resolve } = createRequire(import.meta.url);

/** Bundles scripts of pages and workers into `folder`, as `<name>.mjs`. What they import on demand is a file of its own, as on a website. */
export async function bundleForBrowser(entries: Readonly<Record<string, URL>>, folder: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, url]) => [name, fileURLToPath(url)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    logLevel: 'error',
  });
}

/** The file that an entry of a package is, for `bundleForBrowser`. */
export function entryOf(name: string): URL {
  return new URL(import.meta.resolve(name));
}

/** The folder of the files that a package for browsers fetches. */
export function folderOf(name: string): string {
  return dirname(resolve(name));
}

const WEBGPU = ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist'];
/** Headless Chromium on Linux reaches a graphics device through Vulkan only. */
const LINUX = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];

/** Arguments of a browser that shall use the graphics device of the machine. */
export const GRAPHICS: readonly string[] = [...WEBGPU, ...(process.platform === 'linux' ? LINUX : [])];

/** Arguments of a browser that shall compute graphics by the processor, with SwiftShader. */
export const SOFTWARE_GRAPHICS: readonly string[] = [
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
];
