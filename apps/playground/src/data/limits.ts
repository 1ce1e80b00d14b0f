/** The most that the page takes of a table: what is larger belongs to the `descent` command. */
export const TABLE_LIMITS = {
  limit: 50 * 2 ** 20,
  maxRows: 200_000,
  maxColumns: 500,
  maxRowLength: 1_000_000,
} as const;

/** Pictures of one set, all classes together. */
export const MOST_PICTURES = 2_000;
export const MOST_CLASSES = 50;
/** Of a picture file as it is given. */
export const PICTURE_BYTES: number = 32 * 2 ** 20;
export const PICTURE_PIXELS = 50_000_000;
/** Pictures are kept as PNG files of at most so many pixels on a side. */
export const KEPT_SIDE = 256;
/** Samples are at most so wide and high. */
export const SAMPLE_SIDE = 128;

/** Files of data that a config names, and their bytes: they are read at once, in a tab. */
export const MOST_FILES = 20_000;
export const MOST_FILE_BYTES: number = 500 * 2 ** 20;
