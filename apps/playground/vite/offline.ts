import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { offlinePlan } from '../src/offline/plan.ts';

const ENTRY = fileURLToPath(new URL('../src/offline/service-worker.ts', import.meta.url));

/** Writes `service-worker.js` beside the page when everything else is there: it has to know every file of the build. */
export function offline(): Plugin {
  const code = new Set<string>();
  return {
    name: 'descent:offline',
    apply: 'build',
    // Workers are bundles of their own, which are assets here.
    generateBundle(_, bundle) {
      for (const { type, fileName } of Object.values(bundle)) if (type === 'chunk') code.add(fileName);
    },
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const files = filesOf(dir).map((file) => ({ ...file, isOfPage: isOfPage(file.path, code) }));
      const hash = createHash('sha256');
      for (const { path } of files) hash.update(`${path}\0`).update(readFileSync(join(dir, path)));
      await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: { OFFLINE_PLAN: JSON.stringify(offlinePlan(files, hash.digest('hex').slice(0, 16))) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: 'es2022',
          lib: { entry: ENTRY, formats: ['iife'], name: 'descentOffline', fileName: () => 'service-worker.js' },
        },
      });
    },
  };
}

function isOfPage(path: string, code: ReadonlySet<string>): boolean {
  return code.has(path) || /\.(css|html|svg|webmanifest)$/.test(path);
}

function filesOf(dir: string): readonly { readonly path: string; readonly bytes: number }[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: file.slice(dir.length + 1).replaceAll('\\', '/'), bytes: readFileSync(file).length };
    })
    .filter(({ path }) => path !== 'service-worker.js')
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
