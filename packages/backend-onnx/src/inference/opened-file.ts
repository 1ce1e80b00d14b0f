import type { NDArray, OutputKind } from '@descent/core';
import type { ModelMetadata } from '../export/metadata.ts';
import type { FilePort } from './ports.ts';

/** What a file says about itself: plain data, which can be sent to another thread. */
export interface FileFacts {
  readonly inputs: readonly [FilePort, ...FilePort[]];
  readonly outputs: readonly [FilePort, ...FilePort[]];
  readonly info: ModelMetadata & { readonly outputKind: OutputKind };
}

/** A file whose session is open, in this thread or in another one. */
export interface OpenedFile extends FileFacts {
  /**
   * Runs the model; `feeds` have the names of `inputs`.
   * @param move Whether the memory of `feeds` may go along to another thread, which leaves them empty.
   * @throws BackendError when they do not fit, or when ONNX Runtime gives up.
   */
  run(feeds: Readonly<Record<string, NDArray>>, move?: boolean): Promise<Readonly<Record<string, NDArray>>>;
  /** Frees the session, when what runs has ended. */
  close(): void;
}
