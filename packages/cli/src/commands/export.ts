import { resolve } from 'node:path';
import { expectParameters } from '@descent/core';
import type { Command } from 'commander';
import { elsewhere } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { batch, examples, integer } from '../options.ts';
import { fileSize } from '../ui/table.ts';

interface ExportCommandOptions {
  readonly output?: string;
  readonly softmax?: boolean;
  readonly opset?: number;
  readonly batch?: 'dynamic' | number;
}

export function addExport(program: Command, io: Io): void {
  program
    .command('export')
    .summary('write the network of a run as ONNX')
    .description(
      "Writes an ONNX file of a run's weights and checks it: the file runs on up to 64 real inputs in a fresh session, and what it computes is compared with the network.",
    )
    .argument('<run>', 'folder that descent train wrote')
    .option('-o, --output <file>', 'where to write (default: model.onnx in the folder of the run)')
    .option('--softmax', 'let the file give probabilities instead of logits')
    .option('--opset <n>', 'version of the ONNX operator set (default: 17)', integer(1))
    .option('--batch <size>', "'dynamic' or a fixed number of samples (default: dynamic)", batch)
    .addHelpText(
      'after',
      examples(
        'descent export runs/lenet',
        'descent export runs/lenet --softmax --output lenet.onnx',
        'descent export runs/lenet --batch 1 --opset 18',
      ),
    )
    .action((run: string, options: ExportCommandOptions) => exportRun(run, options, io));
}

async function exportRun(path: string, { output, softmax, opset, batch }: ExportCommandOptions, io: Io): Promise<void> {
  const { readRun } = await import('../run/folder.ts');
  const { loadSource } = await import('../config/load.ts');
  const { proofInputs } = await import('../run/proof.ts');
  const { loadData } = await import('../datasets/load-data.ts');
  const { exportOnnx } = await import('../onnx.ts');
  const { record, source, weights, onnxPath, warnings } = await readRun(resolve(io.cwd, path));
  warn(warnings, io);
  const { model, data, loss, exported } = await loadSource(source, record.config.original, record.config.cwd);
  expectParameters(model, weights, `the weights in ${path}`);
  const { train, test } = await loadData(data, false, io);
  const file = output === undefined ? onnxPath : resolve(io.cwd, output);
  const { size, maxAbsDifference, samples } = await exportOnnx(model, {
    parameters: weights,
    sample: record.sample,
    exported,
    path: file,
    loss,
    labels: record.labels,
    preprocessing: record.image,
    inputs: proofInputs(test ?? train, batch),
    ...(batch !== undefined && { batch }),
    ...(opset !== undefined && { opset }),
    ...(softmax !== undefined && { softmax }),
  }).catch((error: unknown) => {
    throw elsewhere(error, 'write it elsewhere: --output <file>');
  });
  print(io.out, `${shownPath(file, io.cwd)}: ${fileSize(size)}`);
  print(io.out, `differs from the network by ${maxAbsDifference.toExponential(1)} at most, on ${samples} real samples`);
}
