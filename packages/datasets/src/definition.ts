import type { ImagePreprocessing } from '@descent/core';

/** One file of a data set as its publisher offers it. */
export interface RemoteFile {
  /** The name that it is kept under, and the end of its address on a mirror. */
  readonly name: string;
  /** Its size; 0 when it is not known. */
  readonly bytes: number;
  /** Hexadecimal. Without one, `md5` counts; without both, the hash of the first download is written down and demanded from then on. */
  readonly sha256?: string;
  readonly md5?: string;
  /** SHA-256 of what a gzipped file unpacks to, for those who keep it unpacked or pack it again. */
  readonly content?: string;
  /** Which part of the data needs the file. */
  readonly parts: readonly Part[];
  /** Full addresses, for a publisher whose addresses do not end in the name; default: each of the set's `mirrors` + the name. */
  readonly urls?: readonly string[];
  /** For an archive: what to take out of it. The archive itself is removed afterwards. */
  readonly archive?: ArchiveContents;
}

export interface ArchiveContents {
  readonly format: 'tar.gz' | 'zip';
  /** Paths in the archive; nothing else is written. */
  readonly members: readonly string[];
  /** The most that the whole archive may unpack to. */
  readonly unpackedBytes: number;
}

export type Part = 'train' | 'test';

/** A file that reading needs; any of the names will do. */
export interface NeededFile {
  /** What it holds, for errors: `images`. */
  readonly what: string;
  readonly part: Part;
  /** Relative to the set's folder, or to `root`. */
  readonly names: readonly string[];
  /** The form that the file must have where no hash tells whether it is the right one. */
  readonly contents?: Contents;
}

/** What a file has to be by its form. */
export type Contents = IdxContents | CifarContents | TableContents;

/** An IDX array of this type and shape; of labels, each from the first to the last is there, and no other. */
export interface IdxContents {
  readonly format: 'idx';
  readonly dtype: 'uint8' | 'int32';
  readonly shape: readonly number[];
  readonly labels?: readonly [first: number, last: number];
}

/** So many records of label bytes and 3 × 32 × 32 pixels; with `perClass`, as many of each class of the last label byte. */
export interface CifarContents {
  readonly format: 'cifar';
  readonly records: number;
  /** Classes by label byte. */
  readonly classes: readonly number[];
  readonly perClass?: number;
}

/** A table without a header, its fields separated by commas. */
export interface TableContents {
  readonly format: 'table';
  readonly rows: number;
  readonly columns: number;
}

/** Everything about a data set that is known without its data. A plain value. */
export interface DatasetDefinition {
  /** As commands, configs and mirrors name it: `fashion-mnist`. */
  readonly id: string;
  /** As people write it: `FashionMNIST`. */
  readonly name: string;
  readonly summary: string;
  readonly task: 'classification' | 'regression';
  /** The name of class `c` is `classes[c]`; none for regression. */
  readonly classes: readonly string[];
  /** The names of the columns of a table. */
  readonly features?: readonly string[];
  readonly item: { readonly shape: readonly number[]; readonly dtype: 'uint8' | 'float32' };
  readonly items: { readonly train: number; readonly test: number };
  /** How a picture file is prepared to look like an item, which came as an array. Default: items are no pictures. */
  readonly pictures?: ImagePreprocessing;
  /** Variants that the loader takes by name, with their items and classes. */
  readonly splits?: readonly SplitDefinition[];
  /** The licence of the data, not of this package. */
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
  /** The folder under `root` that downloads go to, with `/`. */
  readonly folder: string;
  /** Addresses of folders that hold every file, in the order to try. */
  readonly mirrors: readonly string[];
  /** Empty when the data ship inside this package. */
  readonly files: readonly RemoteFile[];
  readonly needs: readonly NeededFile[];
}

export interface SplitDefinition {
  readonly name: string;
  readonly classes: readonly string[];
  readonly items: { readonly train: number; readonly test: number };
  /** Its files, where they are not those of the set. */
  readonly needs?: readonly NeededFile[];
}
