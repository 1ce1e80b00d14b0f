import { type DatasetDescription, dataHome, describeDatasets } from '@descent/datasets';
import { type Io, print, shownPath } from '../io.ts';
import { count } from '../ui/count.ts';
import { fileSize, table } from '../ui/table.ts';
import { columnsOf, wrapped } from '../ui/text.ts';
import type { ListOptions } from './list.ts';
import { BY_FORM, findSet, folderOf, PARTS, type Presence, presence, whereIs } from './sets.ts';

/** Names of classes that are shown; the rest are counted. */
const CLASSES = 12;

/** Prints everything that is known about a named set, and how to use it. */
export async function showSet(
  name: string,
  { root = dataHome(), json = false }: ListOptions,
  io: Io,
  sets: readonly DatasetDescription[] = describeDatasets(),
): Promise<void> {
  const set = findSet(name, sets);
  const found = await presence(set, root, io.cwd);
  const { wrong, ...present } = found;
  if (json) {
    print(io.out, JSON.stringify({ ...set, present, wrong, path: set.embedded ? null : folderOf(set, root) }, null, 2));
    return;
  }
  const { bold, dim } = io.out.colors;
  const width = columnsOf(io.out);
  const at = present.train ? await whereIs(set, 'train', root) : null;
  const rows: readonly (readonly [string, string])[] = [
    ['items', `${count(set.items.train)} to train, ${count(set.items.test)} to test`],
    ['item', `${set.item.dtype} [${set.item.shape.join(', ')}]${features(set)}`],
    ['target', set.task === 'regression' ? 'a number' : classes(set)],
    ['licence', set.licence],
    ['source', set.source],
    ['citation', set.citation],
    ['folder', set.embedded ? 'inside @descent/datasets: nothing to download' : shownPath(folderOf(set, root), io.cwd)],
    ...(set.embedded ? [] : [['here', here(found, at, set, io)] as const]),
  ];
  print(io.out, `${bold(set.name)}\n${wrapped(set.summary, width, 0)}\n`);
  for (const [key, value] of rows) print(io.out, `${key.padEnd(10)}${wrapped(value, width - 10, 10)}`);
  if (set.splits !== undefined) print(io.out, `\n${bold('splits')}\n${splits(set)}`);
  if (set.files.length > 0) print(io.out, `\n${bold('files')}\n${files(set).join('\n')}`);
  print(io.out, `\n${bold('use')}`);
  for (const line of usage(set)) print(io.out, `  ${line}`);
  if (!set.embedded) print(io.out, dim(`  descent datasets download ${set.id}`));
}

function classes({ classes: names }: DatasetDescription): string {
  const shown = names.slice(0, CLASSES).join(', ');
  return `${names.length} classes: ${shown}${names.length > CLASSES ? ', …' : ''}`;
}

function features({ features: names }: DatasetDescription): string {
  return names === undefined ? '' : `: ${names.join(', ')}`;
}

function here(
  present: Presence,
  at: string | null,
  { downloadBytes, verified }: DatasetDescription,
  { cwd }: Io,
): string {
  const how = present.checked === 'form' ? `; ${BY_FORM}` : ', checked by hash';
  if (at !== null && present.test) return `yes, in ${shownPath(at, cwd)}${how}`;
  const hashed = verified ? 'checked by hash' : 'its hash is noted at the first download';
  const what = `${fileSize(downloadBytes)} to download, ${hashed}`;
  const [part] = PARTS.filter((name) => present[name]);
  const others = present.wrong.map((file) => `; ${file}`).join('');
  return part === undefined ? `no${others}; ${what}` : `only to ${part}${others}; ${what} in all`;
}

function splits(set: DatasetDescription): string {
  return table(
    (set.splits ?? []).map(({ name, items, classes: names }) => [
      name,
      `${names.length} classes`,
      `${count(items.train)} to train, ${count(items.test)} to test`,
    ]),
  );
}

/** Each file with its hashes, and the publisher's addresses in the order in which they are asked. */
function files(set: DatasetDescription): readonly string[] {
  return set.files.flatMap((file) => [
    `  ${file.name}  ${count(file.bytes)} bytes, for ${file.parts.join(' and ')}`,
    ...(file.sha256 === undefined ? [] : [`    sha256 ${file.sha256}`]),
    ...(file.md5 === undefined ? [] : [`    md5 ${file.md5}`]),
    ...(file.urls ?? set.mirrors.map((mirror) => `${mirror.replace(/\/$/, '')}/${file.name}`)).map(
      (url) => `    ${url}`,
    ),
  ]);
}

function usage(set: DatasetDescription): readonly string[] {
  const option = set.id === 'cifar100' ? 'labels' : 'split';
  const choice = set.splits?.[1];
  const chosen = [
    ...(choice === undefined ? [] : [`${option}: '${choice.name}'`]),
    ...(set.embedded ? [] : ['download: true']),
  ];
  const call = set.id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const options = chosen.length === 0 ? '' : `{ ${chosen.join(', ')} }`;
  return [
    `in a config:  data: ${chosen.length === 0 ? `'${set.id}'` : `{ name: '${set.id}', ${chosen.join(', ')} }`}`,
    `in code:      import { ${call} } from '@descent/datasets';`,
    `              const train = await ${call}(${options});`,
  ];
}
