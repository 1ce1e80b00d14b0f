import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { decodeConfig } from '../config/json.ts';
import { parseYaml } from '../config/yaml.ts';
import type { RunOverview } from './overview.ts';

/** What is looked at of a run. */
type Compared = Pick<RunOverview, 'path' | 'record'>;
/** Reads a file of a run. */
type Read = (path: string) => Promise<Uint8Array>;

/** A setting by which runs differ: its value in each, `''` where a run has none. */
export interface Difference {
  readonly name: string;
  readonly values: readonly string[];
}

/** By which settings runs differ, in the order in which they are met. What is the same in all is left out. */
export async function differences(
  runs: readonly Compared[],
  read: Read = (path) => readFile(path),
): Promise<readonly Difference[]> {
  const settings = await Promise.all(runs.map((run) => settingsOf(run, read)));
  const names = [...new Set(settings.flatMap((one) => [...one.keys()]))];
  return names
    .map((name) => ({ name, values: settings.map((one) => one.get(name) ?? '') }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** What a run says of its settings, its network and its data, and what its config says where that is data. */
async function settingsOf({ path, record }: Compared, read: Read): Promise<ReadonlyMap<string, string>> {
  if (record === null) return new Map();
  const { settings, layers, data, config } = record;
  // What `auto` measured, and which way metrics get better, follows from the rest.
  const { choice: _, better: __, ...said } = settings;
  const all = new Map<string, string>();
  flatten('', { ...said, network: layers.map(({ label }) => label).join(' → ') }, all);
  // What the config says is more than its name in the record: the options of the optimizer, too.
  flatten('', await configOf(join(path, config.file), read), all);
  all.set('parameters', String(layers.reduce((sum, { parameters }) => sum + parameters, 0)));
  for (const { role, name, items, sha256 } of data)
    all.set(`${role} data`, `${name}, ${items} (${sha256.slice(0, 8)})`);
  return all;
}

/** A config that is JSON or YAML; of one that is code, only its text could be compared. */
async function configOf(path: string, read: Read): Promise<unknown> {
  const extension = extname(path);
  try {
    if (extension === '.json') return JSON.parse(decodeConfig(await read(path)));
    return ['.yaml', '.yml'].includes(extension) ? await parseYaml(decodeConfig(await read(path)), path) : {};
  } catch {
    return {};
  }
}

/** Depth to which a config is taken apart. */
const DEPTH = 4;

/** Puts `{ a: { b: 1 } }` as `a.b` → `1`; lists stay whole. */
function flatten(prefix: string, value: unknown, into: Map<string, string>, depth = 0): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === DEPTH) {
    if (prefix !== '') into.set(prefix, typeof value === 'string' ? value : JSON.stringify(value));
    return;
  }
  for (const [key, inner] of Object.entries(value))
    flatten(prefix === '' ? key : `${prefix}.${key}`, inner, into, depth + 1);
}
