import { archivedPictures } from './archive.ts';
import { changeKept, kept, readKept } from './kept.ts';
import { classesOf, NOTHING_KEPT } from './kept-values.ts';
import { type Added, addPictures, freeSetName } from './pictures.ts';
import { noRoom } from './problems.ts';

/** Keeps a table under its name; where another table has that name, under one like it. Gives the name. */
export async function takeTable(name: string, file: Blob): Promise<string> {
  const { tables } = await readKept();
  const dot = /\.\w+$/.exec(name)?.index ?? name.length;
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name.slice(0, dot)}-${i}${name.slice(dot)}`;
    const known = tables.find((table) => table.name === free);
    if (known !== undefined && (await isSame(known.file, file))) return free;
    if (known !== undefined) continue;
    await changeKept({ put: { tables: [{ name: free, file }] } }).catch((error: unknown) => {
      throw noRoom(error);
    });
    return free;
  }
}

/** Keeps pictures by class as a set; where another set has its name, as one of a like name. Gives the name, and what was left out. */
export async function takeSet(
  name: string,
  files: ReadonlyMap<string, Blob>,
): Promise<{ readonly name: string; readonly added: Added | null }> {
  await readKept();
  const places = archivedPictures([...files.keys()]);
  const given = Array.from(places, ([path, place]) => ({ ...place, file: files.get(path) as Blob }));
  const classes = classesOf(kept.peek() ?? NOTHING_KEPT, name);
  const before = new Map(classes.flatMap((one) => one.pictures.map((p) => [`${one.name}/${p.name}`, p.png] as const)));
  if (before.size === given.length) {
    const same = await Promise.all(
      given.map(async ({ label, name: own, file }) => {
        const png = before.get(`${label}/${own}`);
        return png !== undefined && (await isSame(png, file));
      }),
    );
    if (same.every(Boolean)) return { name, added: null };
  }
  const free = before.size === 0 ? name : freeSetName(name);
  const added = await addPictures(free, given).catch((error: unknown) => {
    throw noRoom(error);
  });
  return { name: free, added };
}

async function isSame(a: Blob, b: Blob): Promise<boolean> {
  if (a.size !== b.size) return false;
  const [one, other] = (await Promise.all([a.arrayBuffer(), b.arrayBuffer()])).map((bytes) => new Uint8Array(bytes));
  return one?.every((byte, i) => byte === other?.[i]) === true;
}
