import { neededFiles } from '#platform/downloads.js';
import type { ArrayDataset } from '../dataset.ts';
import type { Contents, DatasetDefinition, NeededFile, Part } from '../definition.ts';
import { type CifarOptions, readCifar } from '../sources/cifar.ts';
import { type DatasetOptions, resolveOptions } from './options.ts';

/** The files of CIFAR, each also where people unpack an archive without its folder. */
export function cifarNeeds(
  folder: string,
  train: readonly string[],
  test: string,
  contents: Readonly<Record<Part, Contents>>,
): readonly NeededFile[] {
  const need = (part: Part, file: string): NeededFile => ({
    what: file,
    part,
    names: [`${folder}/${file}`, file],
    contents: contents[part],
  });
  return [...train.map((file) => need('train', file)), need('test', test)];
}

/** Reads a set of 3 × 32 × 32 images; the label byte that counts is the one with index `label`. */
export async function loadCifarSet(
  definition: DatasetDefinition,
  options: DatasetOptions,
  records: CifarOptions,
  label: number,
  more: readonly string[] = [],
): Promise<ArrayDataset> {
  const { part, ensure, finish } = resolveOptions(definition.name, options, more);
  const files = await neededFiles(definition, part, ensure);
  const { images, labels } = await readCifar(
    Array.from(files.values(), ({ source }) => source),
    records,
  );
  const { name, classes, licence, source, citation, pictures } = definition;
  const y = labels[label] as (typeof labels)[number];
  const about = { licence, source, citation, ...(pictures !== undefined && { pictures }) };
  return finish({ name, length: y.data.length, classes, x: images, y, ...about });
}
