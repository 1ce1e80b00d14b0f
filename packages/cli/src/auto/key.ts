import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BackendDescription } from '@descent/core/backend';
import { environment } from '@descent/runs';

/** What decides which graphics devices programs see. */
const VISIBLE = ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'VK_ICD_FILENAMES', 'VK_DRIVER_FILES'];

/** Where Linux names graphics devices and their drivers. */
const DRIVER = '/proc/driver/nvidia/version';
const CARDS = '/sys/bus/pci/devices';

/**
 * Everything that can be seen without loading a backend and that may change which one is fastest: Node, the system, the processor, the graphics
 * devices as far as the system names them, and the versions of all packages that `entries` need.
 */
export function machineKey(entries: readonly BackendDescription[], env: NodeJS.ProcessEnv = process.env): string {
  const { node, os, cpu, memory, packages } = environment();
  return JSON.stringify({
    node,
    os,
    cpu,
    cores: availableParallelism(),
    memory,
    graphics: graphics(),
    environment: Object.fromEntries(VISIBLE.map((name) => [name, env[name] ?? ''])),
    packages: { ...packages, ...peerVersions(entries) },
  });
}

function graphics(): readonly string[] {
  return [read(DRIVER) ?? '', ...cards()];
}

/** Vendor, device and driver of what draws, as the PCI bus has it. */
function cards(): readonly string[] {
  try {
    return readdirSync(CARDS)
      .filter((name) => read(join(CARDS, name, 'class'))?.startsWith('0x03'))
      .map((name) => ['vendor', 'device', 'revision'].map((part) => read(join(CARDS, name, part))?.trim()).join(' '));
  } catch {
    return [];
  }
}

/** The versions of what backends need, by what their own packages and the working folder see; `null` for what is not there. */
export function peerVersions(entries: readonly BackendDescription[]): Readonly<Record<string, string | null>> {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href];
  const versions = new Map<string, string | null>();
  for (const names of entries.map(({ packages }) => packages.node ?? [])) {
    // The first is the package of the backend: what it needs may lie beside it alone.
    const own = names.slice(0, 1).flatMap((name) => folderOf(name, places) ?? []);
    const from = [...own.map((folder) => pathToFileURL(join(folder, 'package.json')).href), ...places];
    for (const name of names) versions.set(name, versionOf(name, from));
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function versionOf(name: string, places: readonly string[]): string | null {
  const folder = folderOf(name, places);
  if (folder === undefined) return null;
  return (JSON.parse(read(join(folder, 'package.json')) ?? '{}') as { version?: string }).version ?? null;
}

/** Not by `require.resolve`, which packages that export no `package.json` refuse. */
function folderOf(name: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    for (const folder of createRequire(place).resolve.paths(name) ?? []) {
      try {
        return realpathSync(join(folder, name));
      } catch {
        // Most of these folders do not exist.
      }
    }
  }
  return undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
