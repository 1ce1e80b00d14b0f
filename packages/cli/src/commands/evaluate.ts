import { extname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { elsewhere, UsageError } from '../errors.ts';
import type { Judgement } from '../evaluate/judge.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { examples, integer, oneOf } from '../options.ts';

interface EvaluateOptions {
  readonly data?: string;
  readonly set?: 'train' | 'validation' | 'test';
  readonly target?: string;
  readonly task?: 'classification' | 'regression';
  readonly x?: string;
  readonly y?: string;
  readonly backend?: string;
  readonly batch?: number;
  readonly mistakes?: string;
  readonly json?: boolean;
}

/** How many mistakes are kept for the pictures. */
const MISTAKES = 24;

export function addEvaluate(program: Command, io: Io): void {
  program
    .command('evaluate')
    .summary('say how good a trained network is, or which of two is better')
    .description(
      "Asks a network about labelled data and prints every metric that fits, the scores of each class and what is confused: on what the run held out, or on other data. Of two networks it says which is better on the same samples, and whether that is more than chance: McNemar's exact test for classes (Dietterich 1998), a paired permutation test of the squared errors for numbers.",
    )
    .argument('<models...>', 'one or two: .onnx files, or folders of runs')
    .option(
      '--data <what>',
      'a named set, a .csv, .tsv, .parquet, .jsonl or .npz file, a folder with one folder of images a class, or JSON as a config has it (default: what the run held out)',
    )
    .option(
      '--set <part>',
      'train, validation or test (default: test, else validation)',
      oneOf('train', 'validation', 'test'),
    )
    .option('--target <column>', 'of a .csv or .tsv file: the column to predict')
    .option(
      '--task <what>',
      'of a .csv or .npz file: classification or regression',
      oneOf('classification', 'regression'),
    )
    .option('--x <array>', 'of a .npz file: the array of samples (default: as in the config, else x)')
    .option('--y <array>', 'of a .npz file: the array of targets (default: as in the config, else y)')
    .option('--backend <name>', 'instead of the one that the config names for inference; descent backends lists them')
    .option('--batch <n>', 'samples that are asked about at once (default: 500)', integer(1))
    .option('--mistakes <file>', 'write the most confident mistakes as pictures: .svg or .png', pictureFile)
    .option('--json', 'print JSON, and nothing else')
    .addHelpText(
      'after',
      examples(
        'descent evaluate runs/lenet',
        'descent evaluate runs/lenet --mistakes mistakes.svg',
        'descent evaluate runs/lenet/model.onnx --data mnist-sample --json',
        'descent evaluate runs/lenet --data photographs --backend tfjs:wasm',
        'descent evaluate runs/mlp runs/lenet',
      ),
    )
    .action((models: readonly string[], options: EvaluateOptions) => evaluate(models, options, io));
}

function pictureFile(path: string): string {
  if (/\.(?:svg|png)$/i.test(path)) return path;
  throw new InvalidArgumentError('Expected a name that ends in .svg or .png.');
}

async function evaluate(paths: readonly string[], options: EvaluateOptions, io: Io): Promise<void> {
  const { json = false, mistakes, backend } = options;
  if (paths.length > 2) {
    throw new UsageError('at most two networks are compared', {
      received: `${paths.length}: ${paths.join(', ')}`,
      fix: 'descent compare takes any number of runs',
    });
  }
  if (paths.length === 2 && mistakes !== undefined)
    throw new UsageError('mistakes are shown of one network', { received: `--mistakes with ${paths.join(' and ')}` });
  const { judge } = await import('../evaluate/judge.ts');
  const { openModel } = await import('../run/open-model.ts');
  const { jsonOf, showJudgement, showPair } = await import('../evaluate/show.ts');
  const { batch, ...wanted } = options;
  const settings = { ...wanted, mistakes: MISTAKES, quiet: json, ...(batch !== undefined && { batchSize: batch }) };
  const judgementOf = async (path: string, like?: Judgement): Promise<Judgement> => {
    const model = await openModel(resolve(io.cwd, path), backend, io);
    try {
      warn(model.warnings, io);
      const judgement = await judge(model, path, { ...settings, ...(like !== undefined && { like }) }, io);
      for (const note of judgement.notes) print(io.err, `${io.err.colors.yellow('note:')} ${note}`);
      return judgement;
    } finally {
      await model.dispose();
    }
  };
  const [one, other] = paths as [string, string?];
  const first = await judgementOf(one);
  const second = other === undefined ? undefined : await judgementOf(other, first);
  if (second !== undefined) {
    const { pairOf } = await import('../evaluate/pair.ts');
    const pair = pairOf(first, second);
    if (json) print(io.out, JSON.stringify({ models: [first, second].map(jsonOf), comparison: pair }, null, 2));
    else showPair([first, second], pair, io);
    return;
  }
  const saved = mistakes === undefined ? null : await saveMistakes(first, mistakes, io);
  if (json) {
    print(io.out, JSON.stringify(jsonOf(first), null, 2));
    return;
  }
  showJudgement(first, io);
  if (saved !== null) print(io.out, `\n${saved}`);
}

async function saveMistakes({ classes, model }: Judgement, path: string, io: Io): Promise<string> {
  if (classes === null) {
    throw new UsageError('there are mistakes of classes only', {
      path: model,
      received: '--mistakes for numbers, or several labels a sample',
      fix: 'leave --mistakes out',
    });
  }
  const { mistakeSheet, pngOfSvg } = await import('@descent/runs');
  const { writeAtomically } = await import('@descent/files');
  const svg = mistakeSheet(classes, { title: model });
  const file = resolve(io.cwd, path);
  await writeAtomically(file, extname(path).toLowerCase() === '.png' ? await pngOfSvg(svg) : svg).catch(
    (error: unknown) => {
      throw elsewhere(error, 'write it elsewhere: --mistakes <file>');
    },
  );
  return `${classes.mistakes.length} of the most confident mistakes: ${shownPath(file, io.cwd)}`;
}
