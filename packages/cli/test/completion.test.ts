import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandPages } from '../src/completion/command-pages.ts';
import { placesOf } from '../src/completion/words.ts';
import { createProgram } from '../src/program.ts';
import { descent, folder, silentIo } from './helpers.ts';

const DOCS = fileURLToPath(new URL('../../../docs/commands/', import.meta.url));

describe('descent completion', () => {
  test('knows every command, also those inside others, and their options', () => {
    const places = placesOf(createProgram(silentIo()));
    const [root] = places;
    expect(root?.commands.map(({ text }) => text)).toEqual(expect.arrayContaining(['train', 'runs', 'completion']));
    expect(places.find(({ path }) => path.join(' ') === 'runs list')?.options.map(({ text }) => text)).toEqual([
      '--json',
      '--help',
    ]);
    // What only other processes call is completed by nobody.
    expect(places.map(({ path }) => path.join(' '))).not.toContain('tune measure');
    expect(places.flatMap(({ commands }) => commands.map(({ text }) => text))).not.toContain('trial');
  });

  const hasBash = process.platform !== 'win32' && spawnSync('bash', ['-c', 'mapfile < /dev/null']).status === 0;
  test.skipIf(!hasBash).each([
    ['descent tr', 'train'],
    ['descent runs rem', 'remove'],
    ['descent train a.json --epo', '--epochs'],
    ['descent help tra', 'train'],
  ])('in bash, %s becomes %s (skipped where there is no bash)', async (line, completed) => {
    const { out } = await descent(folder(), 'completion', 'bash');
    const ask = `read -ra COMP_WORDS <<< '${line}'; COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _descent; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', `${out}\n${ask}`], { encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual([completed, '']);
  });

  test.each(['zsh', 'fish'])('%s takes the script (not run where there is no such shell)', async (shell) => {
    const { code, out } = await descent(folder(), 'completion', shell);
    const file = join(folder({ script: out }), 'script');
    expect(code).toBe(0);
    expect(out).toContain('lr-find');
    const parsed = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    if (parsed.error === undefined) expect([parsed.status, parsed.stderr]).toEqual([0, '']);
  });

  test('another shell is a usage error with the nearest name', async () => {
    const { code, err } = await descent(folder(), 'completion', 'fisch');
    expect([code, err]).toEqual([2, expect.stringContaining("did you mean 'fish'?")]);
  });
});

test('docs/commands is what the commands say of themselves: node packages/cli/scripts/command-pages.mjs', () => {
  const pages = commandPages(createProgram(silentIo()));
  expect(readdirSync(DOCS).sort()).toEqual(pages.map(({ file }) => file).sort());
  for (const { file, text } of pages) expect(readFileSync(`${DOCS}${file}`, 'utf8')).toBe(text);
});
