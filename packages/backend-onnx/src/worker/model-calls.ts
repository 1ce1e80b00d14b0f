import type { Arrays } from '@descent/core/backend';
import type { Handlers } from '@descent/core/serve';
import { deviceOptions } from '../device/options.ts';
import type { LoadOptions } from '../inference/load-onnx.ts';
import type { FileFacts, OpenedFile } from '../inference/opened-file.ts';

/** What a worker that runs a model file is asked. It runs one. */
export interface ModelCalls {
  /** Comes first. */
  openModel(source: string | Uint8Array, options: Omit<LoadOptions, 'worker'>): FileFacts;
  runModel(feeds: Arrays): Arrays;
}

/** The answers, for a worker that answers other calls, too. What reads files is loaded when one is opened. */
export function modelHandlers(): Handlers<ModelCalls> {
  let opened: Promise<OpenedFile> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async openModel(source, { externalData = {}, ...given }) {
      const { openFile } = await import('../inference/open-file.ts');
      opened = openFile(source, externalData, deviceOptions(given));
      const { inputs, outputs, info } = await opened;
      return { inputs, outputs, info };
    },
    runModel(feeds) {
      const result = last.then(async () => (await (opened as Promise<OpenedFile>)).run(feeds));
      last = result.catch(() => {});
      return result;
    },
  };
}
