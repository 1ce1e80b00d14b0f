import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The quick suite by default. DESCENT_SLOW=1 runs the slow tests instead, DESCENT_PACK=1 those that need built packages.
const slow = process.env['DESCENT_SLOW'] === '1';
const pack = process.env['DESCENT_PACK'] === '1';
const suffix = slow ? 'slow.test.ts' : 'pack.test.ts';
const minutes = slow ? 15 : pack ? 5 : 1 / 3;

const FOLDERS = ['packages', 'apps', 'scripts', 'tools', 'bench', 'examples'];

// Workspace imports resolve to sources through this condition, so tests need no build.
const conditions = ['@descent/source', 'module', 'node', 'development|production'];

/** Quick tests that replace modules or globals. All others share the modules of their worker, whose loading is half of what they cost. */
const replacing = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !/node_modules|\.(slow|pack)\./.test(file))
    .map((file) => join(folder, file))
    .filter((file) => /\bvi\.(mock|doMock|resetModules|stubGlobal|stubEnv)\b/.test(readFileSync(file, 'utf8'))),
);

const quick = [
  { name: 'shared', isolate: false, include: FOLDERS.map((folder) => `${folder}/**/*.test.ts`), apart: replacing },
  { name: 'apart', isolate: true, include: replacing, apart: [] },
];

/** What takes longest, so that it does not begin when all others have ended. */
const LONGEST = [
  'node-conformance',
  'backend-tfjs/test/browser',
  'backend-onnx/test/browser',
  'fuzz',
  'accuracy',
  'examples.pack',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** A project's lists are added to those outside, so only the other suites have theirs outside. */
const suite =
  slow || pack
    ? { include: FOLDERS.map((folder) => `${folder}/**/*.${suffix}`) }
    : {
        projects: quick.map(({ name, isolate, include, apart }) => ({
          extends: true as const,
          test: { name, isolate, include, exclude: apart },
        })),
      };

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@descent/source', 'node'] } },
  test: {
    ...suite,
    exclude: ['**/node_modules/**', '**/dist/**', ...(slow || pack ? [] : ['**/*.{slow,pack}.test.ts'])],
    globalSetup: pack ? ['tools/packaging/tarballs.setup.ts', 'apps/playground/test/build.setup.ts'] : [],
    testTimeout: minutes * 60_000,
    hookTimeout: minutes * 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: false,
  },
});
