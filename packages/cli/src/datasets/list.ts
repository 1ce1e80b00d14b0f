import { type DatasetDescription, dataHome, describeDatasets } from '@descent/datasets';
import { type Io, print, shownPath } from '../io.ts';
import { count } from '../ui/count.ts';
import { fileSize, table } from '../ui/table.ts';
import { BY_FORM, folderOf, type Presence, presence } from './sets.ts';

export interface ListOptions {
  readonly root?: string;
  readonly json?: boolean;
}

/** Prints every named set, and whether it is there. */
export async function listSets(
  { root = dataHome(), json = false }: ListOptions,
  io: Io,
  sets: readonly DatasetDescription[] = describeDatasets(),
): Promise<void> {
  const listed = await Promise.all(sets.map(async (set) => ({ set, present: await presence(set, root, io.cwd) })));
  if (json) {
    const described = listed.map(({ set, present: { wrong, ...present } }) => ({
      ...set,
      present,
      wrong,
      path: pathOf(set, root),
    }));
    print(io.out, JSON.stringify(described, null, 2));
    return;
  }
  const { bold, dim } = io.out.colors;
  const [head = '', ...rows] = table([HEADINGS, ...listed.map(({ set, present }) => row(set, present))], '').split(
    '\n',
  );
  print(io.out, bold(head));
  print(io.out, rows.join('\n'));
  for (const { set, present } of listed) {
    if (present.checked === 'form') print(io.out, `${set.id}: ${BY_FORM}`);
    for (const wrong of present.wrong) print(io.out, `${set.id}: ${wrong}`);
  }
  print(io.out, dim(`\nfolder: ${shownPath(root, io.cwd)}`));
  print(io.out, dim('next: descent datasets info <name>, descent datasets download <name>'));
}

const HEADINGS = ['name', 'train+test', 'item', 'classes', 'size', 'here', 'licence'];

// Every column as narrow as its widest cell: together they fit into 80 characters.
function row(set: DatasetDescription, present: Presence): readonly string[] {
  const { train, test } = set.items;
  return [
    set.id,
    `${count(train)}+${count(test)}`,
    set.item.shape.join('×'),
    set.task === 'regression' ? 'number' : String(set.classes.length),
    set.embedded ? 'inside' : size(set.downloadBytes),
    state(present),
    set.licence.split(/[(;]| by the/)[0]?.trim() ?? set.licence,
  ];
}

function size(bytes: number): string {
  return bytes < 1e6 ? fileSize(bytes) : `${Math.round(bytes / 1e6)} MB`;
}

/** `yes`, `no`, `likely` for files that only have the right form, `other` for those of another set, or the part that is there. */
function state({ train, test, checked, wrong }: Presence): string {
  if (train === test) return train ? (checked === 'form' ? 'likely' : 'yes') : wrong.length > 0 ? 'other' : 'no';
  return train ? 'train' : 'test';
}

/** `null` for what lies in the package. */
function pathOf(set: DatasetDescription, root: string): string | null {
  return set.embedded ? null : folderOf(set, root);
}
