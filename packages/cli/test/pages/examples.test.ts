import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descentWith, folder, type Result, rememberChoice } from '../helpers.ts';
import { buildProgram, finished, start } from '../program.ts';
import { pageExamples } from './examples.ts';
import { makeHome, makeSweeps } from './home.ts';

/** By how an example begins: what it takes that a quick test has not. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'descent sweep mlp.json --engine bullmq': 'a Redis server: sweep/bullmq.slow.test.ts',
  'descent sweep worker': 'a Redis server: sweep/bullmq.slow.test.ts',
  'descent sweep mlp.json --engine slurm': 'a Slurm: sweep/slurm.slow.test.ts',
  'descent sweep mlp.json --sampler optuna': 'Optuna: sweep/optuna.slow.test.ts',
  'descent datasets download': 'the network: datasets.test.ts has a mirror of its own',
  'pip install tensorflow-cpu': 'a download of 200 MB; backends.test.ts has the parts of it',
  'descent backends add tfjs-node': 'a compiler and TensorFlow; backends.test.ts has the parts of it',
  'descent resume runs/lenet --backend tfjs:node':
    'the addon of tfjs-node; data-engines.slow.test.ts changes the backend',
  'npm create descent': 'packed tarballs: new.pack.test.ts',
  'source <(': 'a shell: completion.test.ts',
};

/** Those that take seconds each, or processes of their own, with DESCENT_EXAMPLES=all they are run, too. */
const LONG: readonly RegExp[] = [
  /descent serve/,
  /^descent board/,
  /^descent sweep/,
  /^descent tune/,
  /^descent demo/,
  /^descent doctor/,
  /^descent backends --measure/,
];

/** What stands in an example for something else here, and what is put in its place. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  // The shell takes what is printed.
  [/ \| source$/, ''],
  [/\*\.jpg/, 'photo.jpg'],
  // A free port.
  [/^((?:DESCENT_TOKEN=\$\(cat token\) )?descent (?:serve|board)(?!.*--port).*)$/, '$1 --port 0'],
  [/^DESCENT_TOKEN=\$\(cat token\) (.*)$/, '$1 --token-file token'],
  // Each of these files is another one: of rows, with floats, of a network that has a head.
  [/^(.*descent predict) model\.onnx (-|large\.csv)/, '$1 rows.onnx $2'],
  [/^descent grad model\.onnx --of class/, 'descent grad resnet18.onnx --of class'],
  [/^descent grad model\.onnx --wrt weights/, 'descent grad headed.onnx --wrt weights'],
  [/^(descent (?:compare|evaluate)) runs\/mlp runs\/lenet/, '$1 runs/mlp runs/deep'],
  // There it is a run that was stopped, and a folder that has none.
  [/^descent resume runs\/lenet$/, 'descent resume runs/stopped'],
  // Nobody is there to be asked.
  [/^descent new$/, 'descent new mlp'],
  [/^(descent runs remove .*?)(?: --yes)?$/, '$1 --yes'],
];

/** What another example would not find as it expects it: these have a copy of all files for themselves. */
const CHANGES = /^descent (new|resume|compare|export|runs (remove|archive)|sweep \S+\.)/;

const examples = pageExamples();
const isElsewhere = (example: string): boolean => Object.keys(ELSEWHERE).some((start) => example.startsWith(start));
const isLong = (example: string): boolean => LONG.some((pattern) => pattern.test(example));
const all = process.env['DESCENT_EXAMPLES'] === 'all';

let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'descent-examples-'));
  await makeHome(home);
  await rememberChoice('onnx:cpu');
  if (!all) return;
  buildProgram();
  await makeSweeps(home);
}, 300_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the examples of docs/commands', () => {
  test.each(examples.filter((example) => !isElsewhere(example) && (all || !isLong(example))))(
    '%s',
    async (example) => {
      const root = CHANGES.test(example) ? folder() : home;
      if (root !== home) cpSync(home, root, { recursive: true });
      // One that was made before is another sweep of the same name.
      if (/^descent sweep/.test(example) && root !== home)
        for (const name of ['mlp', 'lenet'])
          rmSync(join(root, 'runs', `${name}-sweep`), { recursive: true, force: true });
      const { code, out, err } = await run(
        PLACEHOLDERS.reduce((line, [from, to]) => line.replace(from, to), example),
        root,
      );
      if (all) process.stdout.write(`$ ${example}\n${out}${err}\n`);
      expect([code, err]).toEqual([0, expect.not.stringMatching(/error|\bat file:/)]);
    },
    300_000,
  );

  test('are all named, and none is named that is not there', () => {
    for (const start of Object.keys(ELSEWHERE))
      expect(
        examples.filter((one) => one.startsWith(start)),
        start,
      ).not.toEqual([]);
    for (const pattern of LONG)
      expect(
        examples.filter((one) => pattern.test(one)),
        String(pattern),
      ).not.toEqual([]);
    for (const [pattern] of PLACEHOLDERS)
      expect(
        examples.filter((one) => pattern.test(one)),
        String(pattern),
      ).not.toEqual([]);
  });
});

/** Runs one line as a shell would: what stands before a pipe, quotes, and a file that takes what is printed. Servers end once they listen. */
async function run(line: string, cwd: string): Promise<Result> {
  const [, before, command = '', file] = /^(?:(cat \S+|echo "[^"]*") \| )?(.*?)(?: > (\S+))?$/.exec(line) ?? [];
  const input = before === undefined ? undefined : Readable.from([Buffer.from(piped(before, cwd))]);
  const words = (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));
  if (/^descent (serve|board)/.test(line)) return served(cwd, words.slice(1));
  const said = await descentWith({ ...(input && { input }) }, cwd, ...words.slice(1));
  if (file !== undefined) writeFileSync(join(cwd, file), said.out);
  return said;
}

function piped(command: string, cwd: string): string {
  const [, word, what = ''] = /^(cat|echo) "?([^"]*)"?$/.exec(command) ?? [];
  return word === 'cat' ? readFileSync(join(cwd, what), 'utf8') : `${what}\n`;
}

const LISTENS = /https?:\/\//;

/** What the built program says, which is stopped once it listens. */
async function served(cwd: string, argv: readonly string[]): Promise<Result> {
  const child = start(cwd, ...argv);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    // Told twice, it would not answer what is under way.
    const before = said;
    said += chunk.toString();
    if (!LISTENS.test(before) && LISTENS.test(said)) child.kill('SIGINT');
  });
  return finished(child);
}
