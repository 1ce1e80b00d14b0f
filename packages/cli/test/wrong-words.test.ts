// What a careless user types: no command answers with a stack or an unexpected error, whatever stands in its line.
import { mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { visibleCommands } from '../src/completion/words.ts';
import { createProgram } from '../src/program.ts';
import { descent, folder, silentIo } from './helpers.ts';

/** Every command with its path. */
function commandsOf(
  command: Command,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], Command])[] {
  return visibleCommands(command).flatMap((one) => {
    const own = [...path, one.name()];
    return [[own, one] as const, ...commandsOf(one, own)];
  });
}
const COMMANDS = commandsOf(createProgram(silentIo()));
/** What stands for an argument: a path that is not there, a folder, a file that is no config and no model. */
const WORDS = ['nothing.here', 'sub', 'odd.json', 'odd.onnx', 'odd.yaml'];
const FILES = { 'odd.json': '[1, {"model": 3}]', 'odd.onnx': 'no model', 'odd.yaml': 'model: [' };
/** These do something useful without any argument, or without one that is right. */
const TAKES_ANYTHING = ['board', 'new', 'demo', 'doctor', 'serve', 'backends', 'datasets', 'completion'];

test.each(COMMANDS.map(([path, command]) => [path.join(' '), command] as const))(
  'descent %s: a wrong option is a usage error with the nearest name',
  async (name, command) => {
    const root = folder();
    const known = command.options.find(({ long, hidden }) => !hidden && (long?.length ?? 0) > 5)?.long;
    const wrong = known === undefined ? '--nonsense' : `${known.slice(0, -1)}x`;
    const { code, out, err } = await descent(root, ...name.split(' '), wrong);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(/^error: /)]);
    if (known !== undefined && err.includes('unknown option')) expect(err).toContain('Did you mean');
    expect(err).not.toMatch(/unexpected error|\n {4}at /);
  },
);

test.each(
  COMMANDS.filter(
    ([path, command]) => !TAKES_ANYTHING.includes(path[0] as string) && command.registeredArguments.length > 0,
  ).map(([path, command]) => [path.join(' '), command] as const),
)('descent %s: paths that are not what it takes are told', async (name, command) => {
  const count = Math.max(1, command.registeredArguments.filter(({ required }) => required).length);
  const data = name === 'finetune' ? ['--data', 'sub'] : [];
  for (const word of WORDS) {
    const root = folder(FILES);
    mkdirSync(`${root}/sub`);
    const argv = [...name.split(' '), ...Array.from({ length: count }, () => word), ...data];
    const { code, err } = await descent(root, ...argv);
    expect([argv.join(' '), [0, 1, 2].includes(code), err]).toEqual([
      argv.join(' '),
      true,
      expect.not.stringMatching(/unexpected error|\n {4}at |TypeError|ENOENT.*\n.*ENOENT/),
    ]);
    if (word !== 'sub') expect([argv.join(' '), code]).not.toEqual([argv.join(' '), 0]);
  }
});
