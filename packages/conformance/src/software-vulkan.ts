import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBrowser } from './browser.ts';

/** Environment variables for a process that shall see the processor as a graphics device, or why there are none. */
export type SoftwareVulkan = { readonly environment: Readonly<Record<string, string>> } | { readonly missing: string };

/** Where Debian, Ubuntu and Google put Chromium. */
const FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/chromium.org/chromium'];

/** Where systems put the loader of Vulkan. */
const SYSTEM = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

const DRIVER = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';

/**
 * SwiftShader, the driver for Vulkan that computes on the processor and comes with Chromium. The variables count from the start of a process on, so
 * they are for a child. Linux only.
 */
export function softwareVulkan(folders: readonly string[] = [...FOLDERS, ...browserFolder()]): SoftwareVulkan {
  if (process.platform !== 'linux') return { missing: `it is looked for on Linux only; this is ${process.platform}` };
  const folder = folders.find((candidate) => existsSync(join(candidate, DRIVER)));
  if (folder === undefined) {
    return { missing: `no ${DRIVER} in ${folders.join(', ')}; it comes with Chromium: apt-get install chromium` };
  }
  const loader = [folder, ...SYSTEM].find((candidate) => existsSync(join(candidate, LOADER)));
  if (loader === undefined) {
    return { missing: `no ${LOADER}, the loader of Vulkan, in ${folder} or the system: apt-get install libvulkan1` };
  }
  const before = process.env['LD_LIBRARY_PATH'];
  return {
    environment: {
      VK_ICD_FILENAMES: join(folder, DRIVER),
      ...(!SYSTEM.includes(loader) && { LD_LIBRARY_PATH: before === undefined ? loader : `${before}:${loader}` }),
    },
  };
}

function browserFolder(): readonly string[] {
  const browser = findBrowser();
  if (browser === null) return [];
  const { status, stdout } = spawnSync('which', [browser], { encoding: 'utf8' });
  return status === 0 ? [dirname(realpathSync(stdout.trim()))] : [];
}
