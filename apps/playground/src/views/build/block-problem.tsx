import { experiment } from '../../state/store.ts';
import type { Analysis } from './analysis.ts';
import { dataShape, fix } from './editing.ts';
import { fixesOf } from './fixes.ts';
import { fixText, problemText } from './problem-text.ts';

/** What is wrong with a block, in numbers, and what mends it. */
export function BlockProblem({ index, analysis }: { readonly index: number; readonly analysis: Analysis }) {
  const block = analysis.blocks[index];
  const sample = dataShape.value?.sample;
  if (block === undefined || block.problem === null || sample === undefined) return null;
  const { problem } = block;
  const text = problemText(block, analysis.blocks[index - 1]);
  const fixes = fixesOf(experiment.value.model, sample, index, analysis);
  return (
    <div class="block-problem" role="status">
      {text !== null ? (
        <p>{text}</p>
      ) : (
        <p lang="en">
          {problem.message}
          {problem.received === undefined ? '' : `: ${problem.received}`}
          {problem.expected === undefined ? '' : ` (${problem.expected})`}
        </p>
      )}
      {fixes.length === 0 ? null : (
        <div class="row">
          {fixes.map((one) => (
            <button key={fixText(one)} type="button" class="button" onClick={() => fix(one)}>
              {fixText(one)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
