import { isLeaf } from '@descent/core/backend';
import { language } from '../../i18n/language.ts';
import { experiment } from '../../state/store.ts';
import { type Analysis, flowOf } from './analysis.ts';
import { AddButton } from './block.tsx';
import { type DataShape, dataShape, fix } from './editing.ts';
import { outputAdvice } from './last-layer.ts';
import { texts } from './messages.ts';
import { fixText, flowText, shapeText } from './problem-text.ts';
import { TensorGlyph } from './tensor-glyph.tsx';

/** Where the numbers come from: the data and what one sample is. */
export function InputBlock({ onAdd }: { readonly onAdd: (index: number) => void }) {
  const t = texts();
  const shape = dataShape.value;
  return (
    <li class="block end">
      <article class="block-card plain">
        <header class="block-head">
          <h3 class="block-name">{t.input}</h3>
          <span class="block-about soft small">{shape === null ? t.unknownSample : sampleText(shape)}</span>
        </header>
      </article>
      <div class="flow">
        <TensorGlyph shape={shape?.shape ?? null} widest={Math.max(...(shape?.shape.slice(1) ?? []), 1)} />
        <p class="flow-text">{shape === null ? null : <strong>{flowText(flowOf(shape.sample))}</strong>}</p>
        <AddButton index={0} label={t.addHere(t.first)} onAdd={onAdd} />
      </div>
    </li>
  );
}

function sampleText({ sample, shape }: DataShape): string {
  const t = texts();
  if (!isLeaf(sample)) return t.severalInputs;
  const [channels = 1, height = 1, width = 1] = shape;
  if (shape.length === 3) return t.pictureSample(channels, height, width);
  return shape.length === 1 && channels === 2 ? t.pointSample : t.numbersSample(shape.reduce((a, b) => a * b, 1));
}

const MANY_PARAMETERS = 20_000_000;

/** What the network gives, what it means for these data, and whether it is what they need. */
export function OutputBlock({ analysis }: { readonly analysis: Analysis }) {
  const t = texts();
  const shape = dataShape.value;
  const { model, loss } = experiment.value;
  const usesCrossEntropy =
    (loss === undefined && shape?.task === 'classification') || loss === 'crossEntropy' || loss?.[0] === 'crossEntropy';
  const advice =
    shape === null || shape.outputs === null
      ? null
      : outputAdvice(model, shape.sample, analysis, shape.outputs, usesCrossEntropy);
  const { output, parameters } = analysis;
  return (
    <li class="block end">
      <article class={advice === null ? 'block-card plain' : 'block-card plain wrong'}>
        <header class="block-head">
          <h3 class="block-name">{t.output}</h3>
          <span class="block-about soft small">{meaning(analysis, shape?.outputs ?? null, shape?.task)}</span>
          {parameters === null || output === null ? null : (
            <span class="block-total small">{t.total(parameters.toLocaleString(language.value))}</span>
          )}
        </header>
        {parameters !== null && parameters > MANY_PARAMETERS ? <p class="small">{t.large}</p> : null}
        {advice === null ? null : (
          <div class="block-problem" role="status">
            <p>{adviceText(advice.problem, shape?.task)}</p>
            <div class="row">
              {advice.fixes.map((one) => (
                <button key={fixText(one)} type="button" class="button" onClick={() => fix(one)}>
                  {fixText(one)}
                </button>
              ))}
            </div>
          </div>
        )}
      </article>
    </li>
  );
}

function meaning({ output }: Analysis, outputs: number | null, task: string | undefined): string {
  const t = texts();
  if (output === null) return t.noOutput;
  if (output.named !== null) return t.severalOutputs;
  const count = output.shape.reduce((a, b) => a * b, 1);
  if (task === 'regression') return count === 1 ? t.oneNumber : t.numbers(count);
  return outputs === count ? t.classes(count) : t.numbers(count);
}

function adviceText(
  problem: NonNullable<ReturnType<typeof outputAdvice>>['problem'],
  task: string | undefined,
): string {
  const t = texts();
  if (problem.kind === 'shape') return t.outputShape(shapeText(problem.shape));
  if (problem.kind === 'softmax') return t.softmaxTwice(problem.name);
  return task === 'regression' ? t.outputNumber(problem.received) : t.outputCount(problem.received, problem.expected);
}
