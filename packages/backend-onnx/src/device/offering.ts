import type { OnnxNode, ValueInfo } from '../model/graph.ts';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-bytes.ts';
import { written } from '../model/wire.ts';
import type { Ort } from '../runtime/runtime.ts';
import { programFailure } from './session.ts';

/**
 * Runs that write their results into arrays that are offered, and nowhere else. onnxruntime-node writes into them, and then copies every result into new memory: for
 * a large state this costs as much as computing it. It makes no results where the first of them is no tensor, which it cannot hand over: the error that
 * it throws then says that the run has ended well. See docs/decisions/021.
 */
export interface Offering {
  /** Runs a session whose model was given to `withStop`. Throws a `BackendError` when the runtime gives up. */
  run(
    session: Ort.InferenceSession,
    feeds: Ort.InferenceSession.FeedsType,
    results: Readonly<Record<string, Ort.Tensor>>,
  ): Promise<void>;
}

const STOP = 'offered/stop';

// Numbers of fields in onnx.proto, of FLOAT among the element types.
const GRAPH = 7;
const [NODE, OUTPUT] = [1, 12];
const FLOAT = 1;

/** A part of a model: a node without inputs that makes an empty list of tensors, as the graph's output. */
const STOP_PART = written((to) =>
  to.message(GRAPH, () => {
    to.message(OUTPUT, () => {
      to.message(2, () => to.message(4, () => to.message(1, () => to.message(1, () => to.int(1, FLOAT)))));
      to.text(1, STOP);
    });
    to.message(NODE, () => {
      to.text(4, 'SequenceEmpty');
      to.text(3, STOP);
      to.text(2, STOP);
    });
  }),
);

/** The model with one more output in front. Messages of Protobuf that stand one behind the other are one message, with the entries of both. */
export function withStop(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(STOP_PART.length + bytes.length);
  all.set(STOP_PART);
  all.set(bytes, STOP_PART.length);
  return all;
}

/** How to run so, found out with a small model; `null` where the runtime does something else. */
export async function findOffering(
  ort: typeof Ort,
  open: (bytes: Uint8Array) => Promise<Ort.InferenceSession>,
): Promise<Offering | null> {
  let session: Ort.InferenceSession | undefined;
  try {
    session = await open(withStop(copyModel()));
    const x = new ort.Tensor('float32', Float32Array.of(3, 5), [2]);
    const y = new ort.Tensor('float32', new Float32Array(2), [2]);
    const stopped = await errorOf(session, { x }, { y });
    return stopped !== null && y.data[0] === 3 && y.data[1] === 5 ? offeringWith(stopped) : null;
  } catch {
    return null;
  } finally {
    await session?.release();
  }
}

/** Gives back what it is given. */
function copyModel(): Uint8Array {
  const info = (name: string): ValueInfo => ({ name, dtype: 'float32', shape: [2] });
  const nodes: readonly OnnxNode[] = [{ type: 'Identity', inputs: ['x'], outputs: ['y'], attributes: {} }];
  const graph = { name: 'copy', inputs: [info('x')], outputs: [info('y')], constants: new Map(), nodes };
  return toBytes({ graph, opset: DEFAULT_OPSET });
}

function offeringWith(stopped: string): Offering {
  return {
    async run(session, feeds, results) {
      const error = await errorOf(session, feeds, results);
      if (error !== stopped) throw programFailure(error ?? 'results where none were expected');
    },
  };
}

/** What a run throws; `null` where it does not. */
async function errorOf(
  session: Ort.InferenceSession,
  feeds: Ort.InferenceSession.FeedsType,
  results: Readonly<Record<string, Ort.Tensor>>,
): Promise<string | null> {
  try {
    await session.run(feeds, { [STOP]: null, ...results });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
