import { BackendError, type ErrorDetails } from '@descent/core';

/** Where the bytes of a model's tensors are looked up by the name that the model gives to a file. */
export interface DataSource {
  /** @throws BackendError when there is no such file or it may not be read. */
  open(location: string, place: string): Promise<DataFile>;
}

export interface DataFile {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Only what the caller gave, for a model that is itself given as bytes. */
export function filesGiven(path: string, given: Readonly<Record<string, Uint8Array>>): DataSource {
  return {
    async open(location, place) {
      if (Object.hasOwn(given, location)) return inMemory(given[location] as Uint8Array);
      throw refused("the model's weights stand in another file, which was not given", {
        path,
        received: `a model given as bytes, whose ${place} is stored in '${location}'`,
        expected: `the content of that file, too`,
        fix: `give the path of the model, or loadOnnx(bytes, { externalData: { '${location}': … } })`,
      });
    },
  };
}

/** What the caller gave as bytes. */
export function inMemory(bytes: Uint8Array): DataFile {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

export function refused(summary: string, details: ErrorDetails): BackendError {
  return new BackendError(summary, details);
}
