import { type Batcher, type BatcherOptions, createBatcher, type RunReport } from '../batching/batcher.ts';
import { type Joining, probe } from '../batching/probe.ts';
import type { FoundModel } from './find-models.ts';
import type { ServedModel } from './served-model.ts';

/** A version of a model that answers. */
export interface LiveModel {
  readonly name: string;
  readonly version: string;
  readonly model: ServedModel;
  readonly joining: Joining;
  readonly batcher: Batcher;
  /** Keeps the network open until the function that is given is called. */
  hold(): () => void;
  /** Answers what waits and frees the network, once nobody holds it. */
  retire(): Promise<void>;
}

export type OpenModel = (found: FoundModel) => Promise<ServedModel>;

/** Opens a model and runs it once, so that the first request finds it warm. */
export async function openLive(
  found: FoundModel,
  open: OpenModel,
  options: BatcherOptions,
  onRun: (found: FoundModel, report: RunReport) => void = () => {},
): Promise<LiveModel> {
  const { name, version, maxBatch } = found;
  const model = await open(found);
  try {
    // Where a config says 0, batches are forbidden.
    const most = maxBatch === undefined ? options.maxBatch : Math.min(options.maxBatch, Math.max(1, maxBatch));
    const joining = await probe(model, most);
    const batcher = createBatcher(model.run, { ...options, maxBatch: joining.most }, (report) => onRun(found, report));
    let holders = 0;
    let onFree: () => void = () => {};
    return {
      name,
      version,
      model,
      joining,
      batcher,
      hold() {
        holders += 1;
        return () => {
          holders -= 1;
          if (holders === 0) onFree();
        };
      },
      async retire() {
        if (holders > 0) {
          await new Promise<void>((resolve) => {
            onFree = resolve;
          });
        }
        await batcher.drained();
        await model.dispose();
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
