import {
  BackendError,
  type CompiledProgram,
  DYNAMIC,
  type HeldState,
  type Program,
  type TensorType,
} from '@descent/core/backend';
import type { Fallback } from './device/names.ts';
import { isFallback } from './device/session.ts';
import { type Lowered, type LowerOptions, lowerGraph } from './lower.ts';
import { DYNAMIC_NAME } from './model/builder.ts';
import type { OnnxNode, ValueInfo } from './model/graph.ts';
import { toBytes } from './model/to-bytes.ts';
import type { LazyPlans, Plan } from './plan.ts';
import type { Sessions } from './sessions.ts';

/** What `openPlaced` opens, and where. */
export interface Placement<H extends HeldState> {
  /** As in config, such as `'onnx:webgpu'`. */
  readonly name: string;
  readonly sessions: Sessions<H>;
  readonly options: LowerOptions;
  readonly fallback: Fallback;
}

/**
 * Opens a program where every operator of it runs on the device. One that would run on the processor is looked for and told by name: in an
 * error, or in the notes of the executable when that is allowed.
 */
export async function openPlaced<H extends HeldState>(
  { name, sessions, options, fallback }: Placement<H>,
  program: Program,
  plan: Plan,
  lazy: LazyPlans,
): Promise<CompiledProgram<H>> {
  try {
    return await sessions.open(plan, lazy);
  } catch (error) {
    if (!isFallback(error)) throw error;
    const strays = await straysOf(sessions, lowerGraph(program.graph, options));
    const shown = strays.join(', ') || 'one that ONNX Runtime made of several';
    if (fallback === 'refuse') {
      throw new BackendError(`${name} cannot run every operator of the program on the device`, {
        received: `on the processor: ${shown}`,
        expected: 'operators that its provider has, so that nothing travels there and back in each run',
        fix: "use another device, or accept that these are slow: onnx({ …, fallback: 'allow' })",
        cause: error,
      });
    }
    const notes = [`${name} runs on the processor: ${shown}`, ...plan.notes];
    return sessions.open({ ...plan, notes, mayFallBack: true }, lazy);
  }
}

/** The operators that the provider does not take even alone, each once, with the name of one of its results. */
async function straysOf<H extends HeldState>(sessions: Sessions<H>, lowered: Lowered): Promise<readonly string[]> {
  const strays: string[] = [];
  const seen = new Set<string>();
  for (const node of lowered.model.graph.nodes) {
    const key = signatureOf(node, lowered);
    if (seen.has(key)) continue;
    seen.add(key);
    try {
      (await sessions.open(planOfModel(modelOfNode(node, lowered)), OPENED_ONLY)).dispose?.();
    } catch (error) {
      if (!isFallback(error)) throw error;
      strays.push(`${node.type} (${node.outputs[0]})`);
    }
  }
  return strays;
}

/** What decides whether a provider has the operator: more than that makes no difference to any that we know. */
function signatureOf({ type, inputs, outputs, attributes }: OnnxNode, { types }: Lowered): string {
  const typeOf = (name: string): string => {
    const known = types.get(name);
    return known === undefined ? '' : `${known.dtype}/${known.shape.length}`;
  };
  return `${type}(${inputs.map(typeOf).join()}) → ${outputs.map(typeOf).join()} ${JSON.stringify(attributes)}`;
}

function modelOfNode(node: OnnxNode, { model: { graph, opset }, types }: Lowered): Uint8Array {
  const info = (name: string): ValueInfo => {
    const { dtype, shape } = types.get(name) as TensorType;
    return { name, dtype, shape: shape.map((d) => (d === DYNAMIC ? DYNAMIC_NAME : d)) };
  };
  const used = [...new Set(node.inputs)].filter((name) => name !== '');
  const constants = new Map([...graph.constants].filter(([name]) => used.includes(name)));
  const inputs = used.filter((name) => !constants.has(name)).map(info);
  return toBytes({ graph: { name: 'one', inputs, outputs: node.outputs.map(info), constants, nodes: [node] }, opset });
}

function planOfModel(bytes: Uint8Array): Plan {
  const nothing = {
    inputs: new Map(),
    reads: [],
    writes: [],
    outputs: new Map(),
    types: new Map(),
    views: new Map(),
    notes: [],
  };
  return { ...nothing, bytes, externalData: [], level: 'disabled', isAsked: false };
}

/** A model of one operator is opened, not run. */
const OPENED_ONLY: LazyPlans = { loop: notRun, step: notRun, text: notRun };

function notRun(): never {
  throw new Error('a model of one operator is opened, not run');
}
