/** Where checkpoints lie: a folder of the disk in Node, of the storage of the page's origin in a browser. */
export interface Folder {
  /** Names of the files in it; none when it is not there. */
  list(): Promise<readonly string[]>;
  /** Throws when there is no such file. */
  read(name: string): Promise<Uint8Array>;
  /** Writes a file that is there whole or not at all, and makes the folder when it is missing. What was there before is as it was if this fails. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file, if it is there. */
  remove(name: string): Promise<void>;
  /** For people and error messages. */
  pathOf(name: string): string;
}
