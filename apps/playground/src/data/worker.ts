import { expose, transfer } from 'comlink';
import type { OwnArrays } from '../session/protocol.ts';
import { sendProblems } from '../session/travel.ts';
import { isHidden } from '../ui/folder.ts';
import { isPicturePath } from './archive.ts';
import { ownPictures } from './own-pictures.ts';
import { factsOf, ownTable } from './own-table.ts';
import { ownTexts } from './own-texts.ts';
import { shrunk } from './shrink.ts';
import type { DataWorkerApi } from './worker-api.ts';

sendProblems();
expose({
  shrink: shrunk,
  facts: factsOf,
  table: async (file, choice) => sent(await ownTable(file, choice)),
  texts: async (file, choice) => sent(await ownTexts(file, choice)),
  pictures: async (entries, choice) => sent(await ownPictures(entries, choice)),
  async files(files, choice, options) {
    const { ownFiles } = await import('./prepare-own-files.ts');
    return ownFiles(files, choice.files, options);
  },
  async pack(entries) {
    const { zipOf } = await import('../files/zip.ts');
    const files = await Promise.all(
      entries.map(async ({ path, source }) => [path, new Uint8Array(await source.arrayBuffer())] as const),
    );
    return zipOf(new Map(files));
  },
  async unpack(file, name) {
    const { unzipped } = await import('../files/zip.ts');
    let others = 0;
    const files = await unzipped(new Uint8Array(await file.arrayBuffer()), name, (path) => {
      if (isPicturePath(path)) return true;
      if (!isHidden(path)) others += 1;
      return false;
    });
    const pictures = Array.from(files, ([path, bytes]) => ({ path, source: new Blob([bytes.slice()]) }));
    return { pictures, others };
  },
} satisfies DataWorkerApi);

/** The arrays move to the page without a copy. */
function sent(own: OwnArrays): OwnArrays {
  const sets = [own.train, ...(own.test === null ? [] : [own.test])];
  return transfer(
    own,
    sets.flatMap(({ x, y }) => [x.data.buffer as ArrayBuffer, y.data.buffer as ArrayBuffer]),
  );
}
