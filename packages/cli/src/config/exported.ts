import type { AxisRanges, OpenSampleType, SampleType, Tree } from '@descent/core';
import { leavesOf, mapTree, openAxes, sizesIn } from '@descent/core/backend';
import { mistakeAt, UsageError } from '../errors.ts';
import type { ExportConfig, OpenShape } from './define-config.ts';

/** What the exported file takes. */
export interface ExportedSample {
  readonly sample: Tree<OpenSampleType>;
  readonly axes?: AxisRanges;
  /** Whether the config says anything of it. */
  readonly isOpen: boolean;
}

/** Throws a UsageError unless the shapes of a config are those of the samples, with names for some sizes that may have these sizes. */
export function resolveExport(given: ExportConfig | undefined, sample: Tree<SampleType>): ExportedSample {
  if (given === undefined) return { sample, isOpen: false };
  const { shape, axes } = given;
  const shapeOf = (name: string): OpenShape | undefined =>
    name === ''
      ? Array.isArray(shape)
        ? (shape as OpenShape)
        : undefined
      : Array.isArray(shape) || !Object.hasOwn(shape, name)
        ? undefined
        : (shape as Readonly<Record<string, OpenShape>>)[name];
  for (const [name, type] of leavesOf(sample)) {
    const open = shapeOf(name);
    const fits =
      open?.length === type.shape.length && open.every((d, i) => typeof d === 'string' || d === type.shape[i]);
    if (fits) continue;
    throw new UsageError('the shape is not that of the samples', {
      path: `export.shape${name === '' ? '' : `.${name}`}`,
      received: open === undefined ? 'none' : `[${open.join(', ')}]`,
      expected: `[${type.shape.join(', ')}], with names instead of some of these sizes`,
      ...(name !== '' &&
        open === undefined && { fix: `give a shape for each array: { "${name}": [${type.shape.join(', ')}] }` }),
    });
  }
  const opened = mapTree(sample, (type, name): OpenSampleType => ({ ...type, shape: shapeOf(name) as OpenShape }));
  const batches = leavesOf(sample).map(([name, type]) => [name || 'input', { shape: [1, ...type.shape] }] as const);
  try {
    sizesIn(opened, openAxes('export', opened, axes), Object.fromEntries(batches));
  } catch (error) {
    throw mistakeAt('export', error);
  }
  return { sample: opened, isOpen: true, ...(axes !== undefined && { axes }) };
}
