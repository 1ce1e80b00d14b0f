import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { documentedExamples, type Example } from './examples.ts';
import { notPrinted, shownOutputs } from './outputs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Inside the repository, so that `@descent/…` resolves as it does for the tests. */
const SOURCES = join(ROOT, 'node_modules', '.cache', 'docs-examples');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const COMPILER_CONFIG = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    isolatedDeclarations: false,
    // Some only show how something is made.
    noUnusedLocals: false,
    types: ['node'],
  },
  include: ['*.ts'],
};

const examples = documentedExamples();

/** Where an example is copied to. The empty lines in front keep the line numbers of the document. */
function copyOf({ file, line }: Example): string {
  return join(SOURCES, `${file.replace(/\W+/g, '-')}-${line}.ts`);
}

describe('the examples in the documents', () => {
  const home = process.cwd();
  let folder = '';

  beforeAll(() => {
    mkdirSync(SOURCES, { recursive: true });
    for (const example of examples) {
      writeFileSync(copyOf(example), `${'\n'.repeat(example.line - 1)}${example.code}export {};\n`);
    }
    writeFileSync(join(SOURCES, 'tsconfig.json'), JSON.stringify(COMPILER_CONFIG));
    folder = mkdtempSync(join(tmpdir(), 'descent-examples-'));
    process.chdir(folder);
  });

  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
    rmSync(SOURCES, { recursive: true, force: true });
  });

  test('are found in the README and in the docs', () => {
    expect(examples.filter(({ file }) => file === 'README.md').length).toBeGreaterThanOrEqual(3);
    expect(examples.length).toBeGreaterThan(3);
  });

  test.each(examples.filter(({ runs }) => runs))(
    '$file:$line runs and prints what its comments show',
    async (example) => {
      const printed: string[] = [];
      const log = vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(format(...words)));
      try {
        await run(example);
      } finally {
        log.mockRestore();
      }
      expect(printed).not.toEqual([]);
      const missing = notPrinted(shownOutputs(example.code), printed);
      if (missing === null) return;
      const line = example.line + missing.line - 1;
      throw new Error(`${example.file}:${line} shows '${missing.text}', but the example prints\n${printed.join('\n')}`);
    },
    60_000,
  );

  test('have the right types', () => {
    expect(typeErrors()).toBe('');
  }, 60_000);
});

async function run(example: Example): Promise<void> {
  try {
    await import(pathToFileURL(copyOf(example)).href);
  } catch (error) {
    // vitest would show the copy; what has to be corrected is the document.
    const cause = error instanceof Error ? error : new Error(String(error));
    throw new Error(`the example in ${example.file} at line ${example.line} fails: ${cause.message}`, { cause });
  }
}

/** What the compiler says; a position reads as in `README-md-6.ts(12,3)`: line 12 of README.md. */
function typeErrors(): string {
  try {
    return execFileSync(process.execPath, [COMPILER, '-p', SOURCES], { encoding: 'utf8', cwd: SOURCES });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
