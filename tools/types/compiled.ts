import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs with errors of types, each with the comment `// error: …` above it. */
export const fixtures: string = fileURLToPath(new URL('fixtures', import.meta.url));

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The compilers that people have. */
export const compilers: readonly string[] = ['typescript', 'typescript-5'];

export function fixtureFiles(): readonly string[] {
  return readdirSync(fixtures).filter((name) => name.endsWith('.ts'));
}

/** A line of a fixture: of the error it should have, a part of the text; of the one it has, all of its first line. */
export interface Finding {
  readonly at: string;
  readonly text: string;
}

/** What the comments of the fixtures say. */
export function expectedFindings(): readonly Finding[] {
  return fixtureFiles().flatMap((name) => {
    const lines = readFileSync(join(fixtures, name), 'utf8').split('\n');
    return lines.flatMap((line, i) => {
      const text = /^\/\/ error: (.+)$/.exec(line)?.[1];
      return text === undefined ? [] : [{ at: `${name}:${i + 2}`, text }];
    });
  });
}

/** What a compiler says of the project in `folder`. */
export function findings(compiler: string, folder: string): readonly Finding[] {
  const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout.split('\n').flatMap((line) => {
    const found = /^(.+)\((\d+),\d+\): error TS\d+: (.+)$/.exec(line);
    return found === null ? [] : [{ at: `${basename(found[1] as string)}:${found[2]}`, text: found[3] as string }];
  });
}

/** The findings that are not expected, and those that are and are not there. Empty where all is as the comments say. */
export function differences(found: readonly Finding[], expected: readonly Finding[]): readonly string[] {
  const missing = expected.filter((e) => !found.some((f) => f.at === e.at && f.text.includes(e.text)));
  const others = found.filter((f) => !expected.some((e) => f.at === e.at && f.text.includes(e.text)));
  return [
    ...missing.map(({ at, text }) => `${at} has no error: ${text}`),
    ...others.map(({ at, text }) => `${at} has the error: ${text}`),
  ];
}
