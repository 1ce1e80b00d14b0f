import { DescentError, type NDArrays } from '@descent/core';
import type { PicturePlace } from '@descent/datasets';

/** One thing that the network is asked about. */
export interface Item {
  /** Its place among all inputs, from 0; the same in each shard. */
  readonly index: number;
  /** The file of a picture, or where a row stands, for people. */
  readonly name: string;
  /** `[1, …]`, or why it could not be read. */
  readonly x: NDArrays | DescentError;
  /** Of a picture: whether dark and bright were exchanged. */
  readonly inverted?: boolean;
  /** Of a picture whose answer may be a box: where the picture is in what the network gets. */
  readonly place?: () => Promise<PicturePlace>;
}

/** An item as it is found; what it takes to read it is done only by the shard that it belongs to. */
export interface Found {
  readonly name: string;
  read(): Promise<Pick<Item, 'x' | 'inverted' | 'place'>>;
}

/** What `read` gives, or why it does not. Other errors are mistakes of the program. */
export async function readItem(found: Found, index: number): Promise<Item> {
  try {
    return { index, name: found.name, ...(await found.read()) };
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    return { index, name: found.name, x: error };
  }
}
