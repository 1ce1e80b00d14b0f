import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a run ran on; plain data. Holds no names of users or hosts, no environment variables and no paths. */
export interface Environment {
  /** `20.19.0` */
  readonly node: string;
  /** `Linux 6.1.0 x64` */
  readonly os: string;
  readonly cpu: { readonly model: string; readonly cores: number };
  /** In bytes, of the whole machine. */
  readonly memory: number;
  /** Versions by name: the packages of Descent that this one and the project in the working folder see. */
  readonly packages: Readonly<Record<string, string>>;
}

const SCOPE = '@descent';

/** Describes the machine and the installed packages of Descent. */
export function environment(): Environment {
  const [first, ...others] = cpus();
  return {
    node: process.versions.node,
    os: `${type()} ${release()} ${arch()}`,
    cpu: { model: first?.model.trim() || 'unknown', cores: 1 + others.length },
    memory: totalmem(),
    packages: Object.fromEntries([...versions()].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function versions(): ReadonlyMap<string, string> {
  const own = new URL('../../package.json', import.meta.url);
  const starts = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href];
  // What is nearest is what is loaded, so the first of a name counts.
  const manifests = [fileURLToPath(own), ...starts.flatMap(manifestsNear)];
  const found = new Map<string, string>();
  for (const manifest of manifests.map(read)) {
    if (manifest !== null && !found.has(manifest.name)) found.set(manifest.name, manifest.version);
  }
  return found;
}

/** The manifests of Descent's packages in the folders where a module at `start` looks for packages. */
function manifestsNear(start: string): readonly string[] {
  const folders = createRequire(start).resolve.paths(SCOPE) ?? [];
  return folders.flatMap((folder) => {
    try {
      return readdirSync(join(folder, SCOPE)).map((name) => join(folder, SCOPE, name, 'package.json'));
    } catch {
      // Most of these folders do not exist.
      return [];
    }
  });
}

function read(path: string): { readonly name: string; readonly version: string } | null {
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown; version?: unknown };
    return typeof name === 'string' && typeof version === 'string' ? { name, version } : null;
  } catch {
    return null;
  }
}
