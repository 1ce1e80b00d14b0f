import type { OnnxFacts } from '@descent/backend-onnx';
import { DescentError } from '@descent/core';
import type { Command } from 'commander';
import { reason, UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { compareOnnx, drawOnnx, inspectOnnx, readNetwork } from '../onnx.ts';
import { examples } from '../options.ts';
import { fileOf } from '../run/model-file.ts';
import { differencesText, factsText, type TrainingFacts } from '../ui/onnx-text.ts';
import { savePicture } from '../ui/save-picture.ts';

interface InspectOptions {
  readonly svg?: string;
  readonly json?: boolean;
}

export function addInspect(program: Command, io: Io): void {
  program
    .command('inspect')
    .summary('show what is in an ONNX file, or what differs between two')
    .description(
      'Shows inputs, outputs, operators, weights, versions and metadata of an ONNX file. With two files it shows what differs between them: operators, weights and by how much, metadata. Runs nothing, so that any file may be looked at.',
    )
    .argument('<model>', 'a .onnx file, or the folder of a run, whose model.onnx it is then')
    .argument('[other]', 'a second one, to compare with')
    .option('--svg <file>', 'write a picture of the graph, too')
    .option('--json', 'print JSON: one object')
    .addHelpText(
      'after',
      examples(
        'descent inspect model.onnx',
        'descent inspect runs/lenet --svg lenet.svg',
        'descent inspect model.onnx finetuned.onnx',
        'descent inspect model.onnx --json',
      ),
    )
    .action((model: string, other: string | undefined, options: InspectOptions) => inspect(model, other, options, io));
}

async function inspect(model: string, other: string | undefined, { svg, json }: InspectOptions, io: Io): Promise<void> {
  const path = await fileOf(model, io);
  if (other !== undefined) {
    if (svg !== undefined) {
      throw new UsageError('a picture is of one file, and two are given', {
        received: `--svg ${svg} with ${model} and ${other}`,
        fix: `descent inspect ${model} --svg ${svg}`,
      });
    }
    const differences = await compareOnnx(path, await fileOf(other, io));
    print(io.out, json === true ? JSON.stringify(differences, null, 2) : differencesText(differences, io.out));
    return;
  }
  const facts = await inspectOnnx(path);
  const training = await trainingOf(path, facts);
  print(io.out, json === true ? JSON.stringify({ ...facts, training }, null, 2) : factsText(facts, training, io.out));
  if (svg === undefined) return;
  const saved = await savePicture(await drawOnnx(path), svg, '--svg', io);
  print(json === true ? io.err : io.out, json === true ? saved : `\n${saved}`);
}

/** What training would change of the network of a file, where it can be imported. Files beside it are not opened. */
async function trainingOf(path: string, { externalData }: OnnxFacts): Promise<TrainingFacts> {
  if (Object.keys(externalData).length > 0)
    return { error: 'not looked at, since its weights are in a file beside it' };
  try {
    const { model, kept } = await readNetwork(path);
    const trained = model.parameters.map(({ name }) => name).filter((name) => !Object.hasOwn(kept, name));
    return { trained, kept };
  } catch (error) {
    return { error: error instanceof DescentError ? error.summary : reason(error) };
  }
}
