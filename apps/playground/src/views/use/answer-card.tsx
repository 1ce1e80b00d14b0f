import { useEffect, useState } from 'preact/hooks';
import { ProblemNotice } from '../../ui/notice.tsx';
import { texts } from './messages.ts';
import { type Answer, answer, problem, underWay } from './state.ts';

/** Classes that are shown at most, the most probable first where there are more. */
const SHOWN = 12;
/** How long an answer must stand before it is read out, in milliseconds. */
const CALM = 900;

/** What the network says: the most probable class in large, and a bar for each. */
export function AnswerCard() {
  const given = answer.value;
  const t = texts();
  return (
    <section class="card use-answer" aria-label={t.answer} data-busy={underWay.value > 0}>
      {problem.value === null ? null : <ProblemNotice problem={problem.value} />}
      {given === null ? <p class="use-empty soft">{t.noAnswer}</p> : <Said answer={given} />}
      <Spoken text={given === null ? '' : sentenceOf(given)} />
    </section>
  );
}

function Said({ answer: { view, labels, step } }: { readonly answer: Answer }) {
  const t = texts();
  const values = [...view.output.data] as readonly number[];
  if (!view.isProbabilities) {
    return (
      <dl class="use-numbers">
        {values.slice(0, SHOWN).map((value, i) => (
          <div key={i}>
            <dt>{labels[i] ?? (values.length === 1 ? t.value : t.output(i + 1))}</dt>
            <dd>{numberText(value)}</dd>
          </div>
        ))}
      </dl>
    );
  }
  const bars = shownBars(values);
  const best = indexOfMost(values);
  return (
    <>
      <p class="use-top">
        <strong>{labels[best] ?? best}</strong>
        <span>{percent(values[best] as number)}</span>
      </p>
      {step === 0 ? <p class="small soft">{t.untrained}</p> : null}
      <ul class="use-bars">
        {bars.map((c) => (
          <li key={c} class={c === best ? 'best' : undefined}>
            <span class="use-label">{labels[c] ?? c}</span>
            <span class="use-bar" aria-hidden="true">
              <span style={{ width: `${100 * (values[c] as number)}%` }} />
            </span>
            <span class="use-share" title={String(values[c])}>
              {percent(values[c] as number)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Says an answer to those who hear the page, once it has stood for a while. */
function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), CALM);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="visually-hidden" role="status">
      {said}
    </p>
  );
}

function sentenceOf({ view, labels }: Answer): string {
  const values = [...view.output.data] as readonly number[];
  if (!view.isProbabilities) return values.slice(0, SHOWN).map(numberText).join(', ');
  const best = indexOfMost(values);
  return texts().says(labels[best] ?? String(best), percent(values[best] as number));
}

/** In the order of the classes; the most probable where there are too many. */
function shownBars(values: readonly number[]): readonly number[] {
  const all = values.map((_, c) => c);
  if (values.length <= SHOWN) return all;
  return all.sort((a, b) => (values[b] as number) - (values[a] as number)).slice(0, SHOWN);
}

export function indexOfMost(values: readonly number[]): number {
  return values.reduce((best, value, c) => (value > (values[best] as number) ? c : best), 0);
}

/** Never 100 % for what is not quite certain, nor 0 % for what is not quite impossible. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share > 0.999) return '> 99.9 %';
  return `${(100 * share).toFixed(1)} %`;
}

export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(5);
}
