import type { Backend, State } from '../backend/contract.ts';
import { NumericError } from '../errors.ts';
import { graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { applyLayer } from '../layers/layer.ts';
import { parameterInputs } from '../model/forward.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { input } from '../ops/leaf/input.ts';
import { externalizeDraws } from './draws.ts';
import { names, type Recipe } from './step.ts';

export interface NaNContext {
  readonly backend: Backend;
  readonly recipe: Recipe;
  /** The parameters in front of the step that failed, or `null` when the backend could not restore them. */
  readonly state: State | null;
  readonly x: NDArray;
  readonly feedDraws: (name: string) => NDArray;
  readonly step: number;
  readonly loss: number;
  readonly lr: number;
}

const CAUSES = 'the usual causes are a learning rate that is too high, input that was never scaled, or NaN in the data';

/** The error for a loss that is not finite: says at which step and in which input, parameter or layer the first NaN or infinity is. */
export async function nonFiniteLoss(context: NaNContext): Promise<NumericError> {
  const where = await firstNonFinite(context);
  return new NumericError(`the loss became ${context.loss} at step ${context.step}`, {
    path: where ?? undefined,
    received: where === null ? `loss ${context.loss}` : `the first value that is not finite is in ${where}`,
    expected: 'finite numbers everywhere',
    fix: `${CAUSES}; try lr ${Number((context.lr / 10).toPrecision(2))} instead of ${context.lr}, and rescale(1 / 255) or normalize(…) as the first layer`,
  });
}

async function firstNonFinite({ backend, recipe, state, x, feedDraws }: NaNContext): Promise<string | null> {
  if (!isFiniteArray(x)) return 'the input x';
  if (state === null) return null;
  for (const [name, array] of Object.entries(
    await state.read(recipe.model.parameters.map((p) => names.parameter(p.name))),
  )) {
    if (!isFiniteArray(array)) return `the parameter ${name.slice(names.parameter('').length)}`;
  }
  const outputs = new Map<string, Node>();
  const labels: string[] = [];
  applyLayer(
    recipe.model,
    input('x', x.shape, x.dtype === 'float64' ? 'float32' : x.dtype),
    parameterInputs(recipe.model, names.parameter('')),
    {
      training: true,
      observe(path, layer, _, output) {
        if (layer.children !== undefined) return;
        labels.push(`layer ${path} ${layer.label}`);
        outputs.set(`layer${outputs.size}`, cast(output, 'float32'));
      },
    },
  );
  const { graph: traced, draws } = externalizeDraws(graph(outputs));
  const reads = recipe.model.parameters.map((p) => names.parameter(p.name));
  const executable = await backend.compile({ graph: traced, reads, writes: [] });
  try {
    const feeds = { x, ...Object.fromEntries(draws.map((d) => [d.name, feedDraws(d.name)])) };
    const values = await executable.run(feeds, state);
    const bad = labels.findIndex((_, i) => !isFiniteArray(values[`layer${i}`] as NDArray));
    return bad === -1 ? 'the loss itself (every layer is finite)' : `the output of ${labels[bad]}`;
  } finally {
    executable.dispose();
  }
}

export function isFiniteArray({ data }: NDArray): boolean {
  // A plain loop: `every` on a typed array is several times slower.
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}
