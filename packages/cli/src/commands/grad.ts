import { extname, resolve } from 'node:path';
import type { ExportGradientsOptions, GradientOf, WithRespectTo } from '@descent/backend-onnx';
import {
  crossEntropy,
  forwardGraph,
  type ImagePreprocessing,
  initParameters,
  type Layer,
  type SampleType,
} from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { type Command, InvalidArgumentError } from 'commander';
import { elsewhere, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { batch, examples, oneOf, opset } from '../options.ts';
import { fileSize } from '../ui/table.ts';

interface GradOptions {
  readonly wrt?: readonly WithRespectTo[];
  readonly of?: (typeof KINDS)[number];
  readonly output?: string;
  readonly weights?: RegExp;
  readonly out?: string;
  readonly opset?: number;
  readonly batch?: 'dynamic' | number;
  readonly json?: boolean;
}

const KINDS = ['sum', 'class', 'weighted', 'loss'] as const;

export function addGrad(program: Command, io: Io): void {
  program
    .command('grad')
    .summary('write a network with its gradients as ONNX')
    .description(
      'Writes an ONNX file that gives what a network gives, and gradients of it with respect to the input or the weights, by ordinary operators: for saliency maps, adversarial inputs and inputs found by optimisation in any program with ONNX Runtime.',
    )
    .argument('<network>', 'a .onnx file, a run or a config')
    .option('--wrt <what>', "'input', 'weights' or 'input,weights' (default: input)", withRespectTo)
    .option(
      '--of <scalar>',
      "of what: the 'sum' of the output, the number of a 'class' that is an input, the sum 'weighted' by an input, or the 'loss' of targets that are an input (default: sum)",
      oneOf(...KINDS),
    )
    .option('--output <name>', 'which output, where the network has several')
    .option(
      '--weights <pattern>',
      'which weights, as a regular expression (default: all that training changes)',
      pattern,
    )
    .option('-o, --out <file>', 'where to write (default: gradients.onnx)')
    .option('--opset <n>', 'version of the ONNX operator set, 13 to 26 (default: 17)', opset)
    .option('--batch <size>', "'dynamic' or a fixed number of samples (default: dynamic)", batch)
    .option('--json', 'print JSON: the names of inputs, outputs and gradients')
    .addHelpText(
      'after',
      examples(
        'descent grad model.onnx --of class',
        'descent grad runs/lenet --of loss --wrt input,weights --out lenet-gradients.onnx',
        "descent grad model.onnx --wrt weights --weights '^head'",
      ),
    )
    .action((network: string, options: GradOptions) => grad(network, options, io));
}

function withRespectTo(text: string): readonly WithRespectTo[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name === 'input' || name === 'weights')) return [...new Set(names)] as WithRespectTo[];
  throw new InvalidArgumentError("Expected 'input', 'weights' or 'input,weights'.");
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(`Expected a regular expression: ${(error as Error).message}.`);
  }
}

async function grad(path: string, options: GradOptions, io: Io): Promise<void> {
  const { out = 'gradients.onnx', wrt = ['input'], weights, of = 'sum' } = options;
  if (weights !== undefined && !wrt.includes('weights')) {
    throw new UsageError('--weights chooses among weights, and there are no gradients of them', {
      received: `--wrt ${wrt.join(',')}`,
      fix: '--wrt weights',
    });
  }
  if (of === 'loss' && options.output !== undefined) {
    throw new UsageError('a loss says itself which output it takes', {
      received: `--output ${options.output}`,
      fix: 'leave --output out',
    });
  }
  const file = resolve(io.cwd, out);
  const isFile = extname(path).toLowerCase() === '.onnx';
  const given = isFile ? await ofFile(path, of, io) : await ofConfig(path, of, io);
  const source = wrt.includes('input') ? withFloats(given) : given;
  if (isFile && source !== given) {
    throw new UsageError('a file that takes bytes has no gradients with respect to them', {
      path,
      received: `--wrt ${wrt.join(',')}`,
      fix: 'give the run or the config in place of its file, whose network takes floats, too; or --wrt weights',
    });
  }
  if (source !== given)
    print(io.err, `${io.err.colors.yellow('note:')} the file takes floats in place of bytes, which have no gradients`);
  const { exportGradients, sizeOf } = await import('../onnx.ts');
  const { bytes, externalData, gradients, inputs, outputs } = await exportGradients(source.model, {
    ...source.options,
    ...{ wrt, path: file },
    ...(weights !== undefined && { weights }),
    ...(options.output !== undefined && { output: options.output }),
    ...(options.opset !== undefined && { opset: options.opset }),
    ...(options.batch !== undefined && { batch: options.batch }),
  }).catch((error: unknown) => {
    throw elsewhere(error, 'write it elsewhere: --out <file>');
  });
  if (options.json === true) {
    print(io.out, JSON.stringify({ file: shownPath(file, io.cwd), inputs, outputs, gradients }, null, 2));
    return;
  }
  print(io.out, `${shownPath(file, io.cwd)}: ${fileSize(sizeOf({ bytes, externalData }))}`);
  print(io.out, `takes ${inputs.join(', ')}`);
  print(io.out, `gives ${outputs.join(', ')}`);
}

/** The same where pixels are floats with the values that the bytes have; the same source where there are no bytes. */
function withFloats(source: Source): Source {
  const samples = source.options.sample as SampleType | Readonly<Record<string, SampleType>>;
  if (leavesOf<SampleType>(samples).every(([, { dtype }]) => dtype !== 'uint8')) return source;
  const floats = mapTree<SampleType, SampleType>(samples, (one) =>
    one.dtype === 'uint8' ? { ...one, dtype: 'float32' } : one,
  );
  const { preprocessing } = source.options;
  // Floats with the values of bytes: what pictures become must say so, too.
  const pictures = preprocessing === undefined ? {} : { preprocessing: inFloats(preprocessing) };
  return { ...source, options: { ...source.options, ...pictures, sample: floats } as ExportGradientsOptions };
}

function inFloats(preprocessing: ImagePreprocessing): ImagePreprocessing {
  const { dtype = 'uint8', range = [0, 255], transforms = [] } = preprocessing;
  if (dtype !== 'uint8') return preprocessing;
  // Transforms of bytes round.
  return transforms.length === 0
    ? { ...preprocessing, dtype: 'float32', range }
    : { ...preprocessing, transforms: [...transforms, { transform: 'toFloat', options: { scale: 1 } }] };
}

interface Source {
  readonly model: Layer;
  readonly options: ExportGradientsOptions;
}

/** Of a file only its labels are known: the loss is cross entropy where its output is logits. */
async function ofFile(path: string, of: (typeof KINDS)[number], io: Io): Promise<Source> {
  const { optionsLike, readNetwork } = await import('../onnx.ts');
  const network = await readNetwork(resolve(io.cwd, path));
  const { model, parameters, outputs, outputKind } = network;
  const { sample, names, properties, axes, labels, preprocessing, metadata } = await optionsLike(network);
  if (of === 'loss' && (outputs.length !== 1 || (outputKind !== undefined && outputKind !== 'logits'))) {
    throw new UsageError('an ONNX file does not say what it was trained with', {
      received: `--of loss for ${outputs.length === 1 ? `an output of ${outputKind}` : `${outputs.length} outputs`}`,
      expected: 'a file whose only output is logits, of which cross entropy is taken',
      fix: 'give the run or the config, or take gradients of another scalar: --of weighted',
    });
  }
  return {
    model,
    options: {
      ...{ parameters, sample },
      ...(names !== undefined && { names }),
      ...(properties !== undefined && { properties }),
      ...(axes !== undefined && { axes }),
      of: of === 'loss' ? { loss: crossEntropy(), target: { shape: [], dtype: 'int32' } } : of,
      ...(labels !== undefined && outputs.length === 1 && { labels }),
      ...(preprocessing !== undefined && { preprocessing }),
      ...(metadata !== undefined && { metadata }),
    },
  };
}

/** What is known of a run is in its file; of a config what its data say is known once they are loaded, as a loss needs them. */
async function ofConfig(path: string, of: (typeof KINDS)[number], io: Io): Promise<Source> {
  const { configured } = await import('../run/from-run.ts');
  const { config, weights, warnings, record } = await configured(path, io.cwd);
  warn(warnings, io);
  const { model, data, loss, seed } = config;
  const by = { parameters: weights ?? initParameters(model, seed), sample: data.sample as SampleType };
  const { preparationOf } = await import('../config/preparation.ts');
  const { hasBoxes } = await import('../config/has-boxes.ts');
  const boxes = hasBoxes(config) ? { boxes: true } : {};
  // Labels in a file are those of the last axis of its only output.
  const isOne = forwardGraph(model, data.sample, { batch: 2 }).outputs.has('output');
  const named = (names: readonly string[]): readonly string[] => (isOne && (loss?.classAxis ?? -1) === -1 ? names : []);
  const known =
    record === undefined
      ? {}
      : described({
          preprocessing: record.image,
          labels: named(record.labels),
          metadata: { ...preparationOf(record), ...boxes },
        });
  if (of !== 'loss') return { model, options: { ...by, ...known, of } };
  const { loadData } = await import('../datasets/load-data.ts');
  const { trainingFiles } = await import('../run/training-files.ts');
  const {
    target,
    preprocessing = null,
    labels = [],
    metadata,
  } = trainingFiles(config, await loadData(config, false, io));
  const lost: GradientOf = { loss, target };
  const read = described({ preprocessing, labels: named(labels), metadata: { ...metadata, ...boxes } });
  return { model, options: { ...by, ...read, ...known, of: lost } };
}

/** What a file says of what it takes and gives. */
function described({
  preprocessing,
  labels,
  metadata,
}: {
  readonly preprocessing: ImagePreprocessing | null;
  readonly labels: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}): Pick<ExportGradientsOptions, 'preprocessing' | 'labels' | 'metadata'> {
  return {
    ...(preprocessing !== null && { preprocessing }),
    ...(labels.length > 0 && { labels }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}
