/** A file of a folder, with its path from the folder that was given: `pets/cats/1.png`. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** What was found in folders. */
export interface Found {
  readonly files: readonly FolderFile[];
  /** Files of other kinds; hidden ones do not count. */
  readonly others: number;
  /** Whether there is more than was looked at. */
  readonly isCut: boolean;
}

/** So many files are looked at, and so deep. */
const MOST_FILES = 20_000;
const DEEPEST = 8;

/** What was dropped, where folders are among it; else `null`. To be called within the event, as browsers forget it after that. */
export function droppedFolders(transfer: DataTransfer | null): readonly FileSystemEntry[] | null {
  const entries = Array.from(transfer?.items ?? [], (item) => item.webkitGetAsEntry?.() ?? null);
  const there = entries.filter((entry) => entry !== null);
  return there.some(({ isDirectory }) => isDirectory) ? there : null;
}

/** Whether a path leads to what systems keep for themselves. */
export function isHidden(path: string): boolean {
  return path
    .split('/')
    .some((part) => part.startsWith('.') || part === '__MACOSX' || /^(?:Thumbs\.db|desktop\.ini)$/i.test(part));
}

/** The files of dropped folders whose paths `wanted` takes. */
export async function filesOf(entries: readonly FileSystemEntry[], wanted: (path: string) => boolean): Promise<Found> {
  const files: FolderFile[] = [];
  let [looked, others, isCut] = [0, 0, false];
  const walk = async (entry: FileSystemEntry, parent: string, depth: number): Promise<void> => {
    const path = `${parent}${entry.name}`;
    if (isHidden(path) || isCut) return;
    if (entry.isDirectory) {
      if (depth >= DEEPEST) isCut = true;
      else for (const one of await children(entry as FileSystemDirectoryEntry)) await walk(one, `${path}/`, depth + 1);
      return;
    }
    looked += 1;
    if (looked > MOST_FILES) isCut = true;
    else if (!wanted(path)) others += 1;
    else files.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
  };
  for (const entry of entries) await walk(entry, '', 0);
  return { files: sorted(files), others, isCut };
}

/** The same of a folder that was chosen in the system's dialog. */
export function filesOfChosen(list: ArrayLike<File>, wanted: (path: string) => boolean): Found {
  const seen = Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  const plain = seen.filter(({ path }) => !isHidden(path));
  const looked = plain.slice(0, MOST_FILES);
  const files = looked.filter(({ path }) => wanted(path));
  return { files: sorted(files), others: looked.length - files.length, isCut: looked.length < plain.length };
}

/** Browsers list folders in the order of the disk, which is none. */
function sorted(files: readonly FolderFile[]): readonly FolderFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** All that is in a folder: it is given in pieces, and an empty one is the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0 || all.length > MOST_FILES) return all;
    all.push(...piece);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
