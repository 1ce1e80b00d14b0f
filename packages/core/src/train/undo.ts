import type { Backend } from '../backend/contract.ts';
import { graph } from '../ir/graph.ts';
import { full } from '../ir/ndarray.ts';
import { add } from '../ops/elementwise/add.ts';
import { input } from '../ops/leaf/input.ts';

/** Tries whether states of `backend` can take back the writes of a run: some overwrite what was there. */
export async function canUndo(backend: Backend): Promise<boolean> {
  const tried = graph({ tried: add(input('tried', []), input('by', [])) });
  const executable = await backend.compile({ graph: tried, reads: ['tried'], writes: ['tried'] });
  const state = await backend.state({ tried: full([], 0) });
  try {
    await executable.run({ by: full([], 1) }, state);
    return await state.rollback();
  } finally {
    executable.dispose();
    state.dispose();
  }
}
