import { defineConfig } from 'vitest/config';

// The quick suite by default. DESCENT_SLOW=1 runs the slow tests instead, DESCENT_PACK=1 those that need built packages.
const slow = process.env['DESCENT_SLOW'] === '1';
const pack = process.env['DESCENT_PACK'] === '1';
const suffix = slow ? 'slow.test.ts' : pack ? 'pack.test.ts' : 'test.ts';
const minutes = slow ? 15 : pack ? 5 : 1 / 3;

// Workspace imports resolve to sources through this condition, so tests need no build.
const conditions = ['@descent/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@descent/source', 'node'] } },
  test: {
    include: ['packages', 'scripts', 'tools', 'bench'].map((folder) => `${folder}/**/*.${suffix}`),
    exclude: ['**/node_modules/**', '**/dist/**', ...(slow || pack ? [] : ['**/*.{slow,pack}.test.ts'])],
    globalSetup: pack ? ['tools/packaging/tarballs.setup.ts'] : [],
    testTimeout: minutes * 60_000,
    hookTimeout: minutes * 60_000,
    // Slow and packaging tests measure time and use every core themselves: one at a time.
    fileParallelism: !slow && !pack,
    maxWorkers: 2,
    passWithNoTests: false,
  },
});
