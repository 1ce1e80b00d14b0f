import { resolve } from 'node:path';
import { expectParameters } from '@descent/core';
import type { Command } from 'commander';
import { elsewhere, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { batch, examples, integer, oneOf, opset, outOption } from '../options.ts';
import type { ServerFolderOptions } from '../run/server-folder.ts';
import { formatProof } from '../ui/proof.ts';
import { fileSize } from '../ui/table.ts';

interface ExportCommandOptions extends ServerFolderOptions {
  readonly out?: string;
  readonly softmax?: boolean;
  readonly opset?: number;
  readonly batch?: 'dynamic' | number;
  readonly training?: string;
}

export function addExport(program: Command, io: Io): void {
  outOption(
    program.command('export'),
    'file',
    'where to write (default: model.onnx in the folder of the run); with --format the folder of all models',
  )
    .summary('write the network of a run as ONNX')
    .description(
      "Writes an ONNX file of a run's weights and checks it: the file runs on up to 64 real inputs in a fresh session, and what it computes is compared with the network. With --format it becomes a model in the folder of a server.",
    )
    .argument(
      '<run>',
      'folder that descent train wrote; with --training also a config, with --format also a .onnx file',
    )
    .option('--softmax', 'let the file give probabilities instead of logits')
    .option('--opset <n>', 'version of the ONNX operator set, 13 to 26 (default: 17; of training steps 18)', opset)
    .option('--batch <size>', "'dynamic' or a fixed number of samples (default: dynamic)", batch)
    .option(
      '--training <folder>',
      'write the training step instead, with evaluation, prediction and the state, so that any program with ONNX Runtime trains on; --batch is then the samples of a step (default: as in the config)',
    )
    .option(
      '--format <server>',
      "write what a server takes: 'triton' a model in a model repository with its config.pbtxt; 'kserve' the same and an InferenceService",
      oneOf('triton', 'kserve'),
    )
    .option('--name <name>', 'of the model in the folder of a server (default: that of the run or the file)')
    .option('--model-version <n>', 'number of the version there (default: the next one)', integer(1))
    .option(
      '--max-batch <n>',
      'the most samples that Triton computes at once; 0 joins no requests (default: 32 where the file has one open batch, else 0)',
      integer(0),
    )
    .option(
      '--queue-delay <µs>',
      'how many microseconds Triton lets a request wait for others (default: 0)',
      integer(0),
    )
    .option('--storage <uri>', 'for kserve: where the folder will lie, such as s3://models or pvc://claim/models')
    .option('--service <name>', 'for kserve: of the InferenceService (default: that of the model, in lower case)')
    .option('--overwrite', 'replace the version that is there')
    .option(
      '--config <what>',
      "'keep' or 'replace' a config.pbtxt or manifest that is there and says something else (default: stop)",
      oneOf('keep', 'replace'),
    )
    .addHelpText(
      'after',
      examples(
        'descent export runs/lenet',
        'descent export runs/lenet --softmax --out lenet.onnx',
        'descent export runs/lenet --batch 1 --opset 18',
        'descent export lenet.config.ts --training training',
        'descent export runs/lenet --format triton --out model-repository',
        'descent export lenet.onnx --format kserve --out models --storage s3://bucket/models',
      ),
    )
    .action((run: string, options: ExportCommandOptions) => chosen(run, options, io));
}

async function chosen(run: string, options: ExportCommandOptions, io: Io): Promise<void> {
  const { serverFolder, expectServerOptions } = await import('../run/server-folder.ts');
  expectServerOptions(options);
  const { format, training } = options;
  if (training !== undefined) return exportSteps(run, training, options, io);
  if (format === undefined) return exportRun(run, options, io);
  await serverFolder(run, { ...options, format }, (out) => exportRun(run, { ...options, out }, io, false), io);
}

async function exportSteps(path: string, to: string, options: ExportCommandOptions, io: Io): Promise<void> {
  const odd = (['out', 'softmax', 'format'] as const).find((name) => options[name] !== undefined);
  if (odd !== undefined || options.batch === 'dynamic') {
    throw new UsageError('--training goes with other options', {
      received: odd === undefined ? '--batch dynamic' : `--${odd}`,
      expected: odd === undefined ? 'a number of samples' : '--batch and --opset alone',
      fix: 'leave it out',
    });
  }
  const { loadData } = await import('../datasets/load-data.ts');
  const { configured } = await import('../run/from-run.ts');
  const { trainingFiles } = await import('../run/training-files.ts');
  const { batch, opset } = options;
  const { config, weights, warnings } = await configured(path, io.cwd);
  warn(warnings, io);
  const data = await loadData(config, false, io);
  const { exportTraining } = await import('../onnx.ts');
  const { files, manifest } = await exportTraining(config.model, {
    ...trainingFiles(config, data),
    folder: resolve(io.cwd, to),
    ...(weights !== undefined && { parameters: weights }),
    ...(typeof batch === 'number' && { batchSize: batch }),
    ...(opset !== undefined && { opset }),
  }).catch((error: unknown) => {
    throw elsewhere(error, 'write them elsewhere: --training <folder>');
  });
  for (const [name, bytes] of Object.entries(files))
    print(io.out, `${shownPath(resolve(io.cwd, to, name), io.cwd)}: ${fileSize(bytes.length)}`);
  print(
    io.out,
    `a step takes ${manifest.batchSize} samples${weights === undefined ? '' : ', from the weights of the run on'}; manifest.json says what to feed`,
  );
}

async function exportRun(
  path: string,
  { out, softmax, opset, batch }: ExportCommandOptions,
  io: Io,
  isWhatIsWanted = true,
): Promise<void> {
  const { readRun } = await import('../run/folder.ts');
  const { loadSource } = await import('../config/load.ts');
  const { proofInputs } = await import('../run/proof.ts');
  const { preparationOf } = await import('../config/preparation.ts');
  const { hasBoxes } = await import('../config/has-boxes.ts');
  const { loadData } = await import('../datasets/load-data.ts');
  const { exportOnnx } = await import('../onnx.ts');
  const { record, source, weights, onnxPath, warnings } = await readRun(resolve(io.cwd, path));
  warn(warnings, io);
  const { model, data, loss, validation, exported, given } = await loadSource(
    source,
    record.config.original,
    record.config.cwd,
  );
  expectParameters(model, weights, `the weights in ${path}`);
  const { train, test } = await loadData({ data, validation, seed: record.settings.seed }, false, io);
  const file = out === undefined ? onnxPath : resolve(io.cwd, out);
  const written = await exportOnnx(model, {
    parameters: weights,
    sample: record.sample,
    exported,
    path: file,
    loss,
    labels: record.labels,
    preprocessing: record.image,
    preparation: preparationOf(record),
    hasBoxes: hasBoxes({ given }),
    inputs: proofInputs(test ?? train, batch),
    ...(batch !== undefined && { batch }),
    ...(opset !== undefined && { opset }),
    ...(softmax !== undefined && { softmax }),
  }).catch((error: unknown) => {
    throw elsewhere(error, 'write it elsewhere: --out <file>');
  });
  if (isWhatIsWanted) print(io.out, `${shownPath(file, io.cwd)}: ${fileSize(written.size)}`);
  print(io.out, formatProof(written));
}
