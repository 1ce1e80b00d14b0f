import type { Parameters } from '@descent/core';
import { useState } from 'preact/hooks';
import { Term } from '../../glossary/term.tsx';
import { problemOf } from '../../session/problem.ts';
import type { Problem } from '../../session/protocol.ts';
import { run, session } from '../../session/run.ts';
import type { Experiment } from '../../state/experiment.ts';
import { ENGINE_LABELS } from '../../transport/engine-names.ts';
import { ProblemNotice } from '../../ui/notice.tsx';
import { texts } from './messages.ts';
import { formatNumber, spreadOf } from './weight-numbers.ts';

interface Copy {
  readonly step: number;
  readonly parameters: Parameters;
  /** What the network was made of. */
  readonly of: Experiment | null;
}

/** The two questions of the course notes: where the weights are, and why the update happens outside of the network. */
export function WeightsHome() {
  const t = texts();
  const [taken, setTaken] = useState<Copy | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { opened, engine } = run;
  const place = engine.value === null ? null : ENGINE_LABELS[engine.value.engine];
  // A copy of a network that is gone is none of the one that is there.
  const copied = taken !== null && taken.of === run.trained.value ? taken : null;
  const copy = async (): Promise<void> => {
    setProblem(null);
    try {
      const api = await session();
      const parameters = await api.parameters();
      setTaken({ parameters, step: run.step.peek(), of: run.trained.peek() });
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section class="card stack" aria-label={t.home}>
      <div class="stack-small">
        <h2>{t.home}</h2>
        <div class="train-answers">
          <div class="stack-small">
            <h3>{t.whereQuestion}</h3>
            <p>{t.whereAnswer}</p>
          </div>
          <div class="stack-small">
            <h3>{t.whyQuestion}</h3>
            <p>
              {t.whyAnswer} <Term name="optimizer" />
            </p>
          </div>
        </div>
      </div>
      <div class="row">
        <button type="button" class="button" onClick={() => void copy()}>
          {copied === null ? t.copy : t.copyAgain}
        </button>
        <span class="small soft" role="status">
          {copied === null ? t.notCopied : t.copiedAt(copied.step)}
        </span>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {opened.value === null ? (
        <p class="soft">{t.noNetwork}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <div class="train-table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.name}</th>
                <th scope="col">{t.shape}</th>
                <th scope="col">{t.numbers}</th>
                <th scope="col">{t.place}</th>
                <th scope="col">{t.smallest}</th>
                <th scope="col">{t.meanValue}</th>
                <th scope="col">{t.largest}</th>
              </tr>
            </thead>
            <tbody>
              {opened.value.parameters.map(({ name, shape }) => {
                const values = copied?.parameters[name];
                const spread = values === undefined ? null : spreadOf(values.data);
                return (
                  <tr key={name}>
                    <th scope="row">
                      <code>{name}</code>
                    </th>
                    <td>{shape.join(' × ')}</td>
                    <td>{shape.reduce((a, b) => a * b, 1).toLocaleString('en-US')}</td>
                    <td>{values === undefined ? place : t.bothPlaces(place ?? '')}</td>
                    <td>{spread === null ? '–' : formatNumber(spread.least)}</td>
                    <td>{spread === null ? '–' : formatNumber(spread.mean)}</td>
                    <td>{spread === null ? '–' : formatNumber(spread.most)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
