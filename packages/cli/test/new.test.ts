import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageName } from '../src/new/create-project.ts';
import { TEMPLATES } from '../src/new/templates.ts';
import { descent, folder } from './helpers.ts';

describe('descent new', () => {
  test.each(TEMPLATES.map(({ name }) => name))('%s: nothing of the template is left to fill in', async (name) => {
    const at = folder();
    const { code, out } = await descent(at, 'new', name, 'mine');
    expect(code).toBe(0);
    expect(out).toContain('cd mine');
    const files = readdirSync(join(at, 'mine'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toMatch(/__[A-Z]+__|undefined|\{\{/);
    }
    const names = files.map((file) => file.name);
    expect(names).toEqual(expect.arrayContaining(['package.json', 'README.md', '.gitignore']));
    expect(names.some((file) => file.endsWith('.test.mjs'))).toBe(true);
    const manifest = JSON.parse(readFileSync(join(at, 'mine', 'package.json'), 'utf8')) as { dependencies: object };
    expect(manifest).toMatchObject({ name: 'mine' });
    // Those that install native files say what to do where that fails.
    const isNative = ['@descent/cli', 'onnxruntime-node'].some((one) => one in manifest.dependencies);
    expect(readFileSync(join(at, 'mine', 'README.md'), 'utf8').includes('ONNXRUNTIME_NODE_INSTALL')).toBe(isNative);
  });

  test.each(TEMPLATES.flatMap(({ name, config }) => (config === null ? [] : [[name, config] as const])))(
    'the config of %s is one that can be trained',
    async (name, config) => {
      const at = folder();
      await descent(at, 'new', name);
      const { code, err } = await descent(join(at, name), 'summary', config);
      expect([code, err]).toEqual([0, '']);
    },
  );

  test('a folder that holds something is left as it is; one with a new repository is taken', async () => {
    const at = folder({ 'notes.txt': 'mine' });
    const { code, err } = await descent(at, 'new', 'mlp', '.');
    expect([code, err]).toEqual([1, expect.stringContaining('notes.txt')]);
    expect(readdirSync(at)).toEqual(['notes.txt']);
    expect((await descent(at, 'new', 'mlp', 'notes.txt')).code).toBe(1);
    const fresh = folder({ LICENSE: 'text' });
    expect((await descent(fresh, 'new', 'mlp', '.')).code).toBe(0);
    expect(existsSync(join(fresh, 'mlp.config.ts'))).toBe(true);
    writeFileSync(join(at, 'x'), '');
  });

  test.each([
    [['new', 'mpl'], 'did you mean mlp?'],
    [['new'], 'there is nobody to ask'],
    [['new', '../etc'], 'there is no template'],
  ])('%j is a wrong command line', async (words, said) => {
    const at = folder();
    const { code, err } = await descent(at, ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    expect(readdirSync(at)).toEqual([]);
  });

  test('--list has a line a template', async () => {
    const { out } = await descent(folder(), 'new', '--list');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(TEMPLATES.map(({ name }) => name));
  });
});

test.each([
  ['/a/My Network', 'my-network'],
  ['/a/_x', 'x'],
  ['/a/Ümlaut und e\u0301té', 'umlaut-und-ete'],
  ['/a/数字', 'mlp'],
  ['/a/数字 digits', 'digits'],
  ['/a/node_modules', 'mlp'],
  ['/a/...', 'mlp'],
])('the name of a package in %s is %s', (path, name) => {
  expect(packageName(path, 'mlp')).toBe(name);
});
