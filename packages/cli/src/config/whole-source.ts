import { basename, extname } from 'node:path';
import { prefixPath } from '@descent/core';
import type { Values } from '../sweep/space/parameter.ts';
import { trialSource } from '../sweep/trial/source.ts';
import { DATA_EXTENSIONS, readDocument } from './extends.ts';
import { withValueAt } from './places.ts';
import { formatYaml } from './yaml.ts';

/**
 * The text of a config that needs nothing else: of JSON and YAML with what it extends, with variables of the environment, and with `values` in their places; of a
 * module with a call that says the values first. A text that says all of this itself stays as it is.
 */
export async function wholeSource(source: string, file: string, cwd: string, values: Values): Promise<string> {
  const isSet = Object.keys(values).length > 0;
  if (!DATA_EXTENSIONS.includes(extname(file))) {
    return isSet ? trialSource({ source, file, explored: { config: null, space: {} } }, values) : source;
  }
  const { config, isWhole } = await readDocument(source, file, { cwd, variables: process.env });
  if (isWhole && !isSet) return source;
  return formatConfig(withValues(config, file, values), extname(file));
}

/** A config as text of a file that ends so. */
export async function formatConfig(config: unknown, extension: string): Promise<string> {
  return extension === '.json' ? `${JSON.stringify(config, null, 2)}\n` : formatYaml(config);
}

function withValues(config: unknown, file: string, values: Values): unknown {
  try {
    return Object.entries(values).reduce((before, [path, value]) => withValueAt(before, path, value), config);
  } catch (error) {
    throw prefixPath(error, basename(file));
  }
}
