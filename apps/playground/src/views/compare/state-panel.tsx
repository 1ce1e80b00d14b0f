import { useState } from 'preact/hooks';
import { type Client, startClient } from '../../session/client.ts';
import { problemOf } from '../../session/problem.ts';
import type { Problem } from '../../session/protocol.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../../state/experiment.ts';
import { experiment } from '../../state/store.ts';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { texts } from './messages.ts';
import { DEEP, WIDE } from './presets.ts';

type Outcome = 'untried' | 'busy' | 'accepted' | { readonly problem: Problem };

/** The notes' silent trap, tried out: the state of one network's training is given to another network. */
export function StatePanel() {
  const t = texts();
  const [outcome, setOutcome] = useState<Outcome>('untried');
  const attempt = async (): Promise<void> => {
    setOutcome('busy');
    setOutcome(await moveState(experiment.peek()));
  };
  return (
    <section class="card stack" aria-label={t.panelTitle}>
      <h2>{t.panelTitle}</h2>
      <p>{t.panelLead}</p>
      <div>
        <button type="button" class="button" disabled={outcome === 'busy'} onClick={() => void attempt()}>
          {t.panelTry}
        </button>
      </div>
      {outcome === 'busy' ? <p role="status">{t.panelBusy}</p> : null}
      {outcome === 'accepted' ? <Notice kind="warn">{t.panelAccepted}</Notice> : null}
      {typeof outcome === 'object' ? (
        <>
          {outcome.problem.name === 'StateError' ? <p>{t.panelRefused(outcome.problem.name)}</p> : null}
          <ProblemNotice problem={outcome.problem} />
          {outcome.problem.name === 'StateError' ? <p>{t.panelWhy}</p> : null}
        </>
      ) : null}
    </section>
  );
}

/** One step of the first network, whose state the second is given; ends with what the second says. */
async function moveState({ backend, seed }: Experiment): Promise<Outcome> {
  const common = { ...DEFAULT_EXPERIMENT, backend, seed, optimizer: ['adam', { lr: 0.001 }] } as const;
  const clients: Client[] = [];
  const opened = async (model: Experiment['model']): Promise<Client['api']> => {
    const client = startClient(() => {});
    clients.push(client);
    await client.api.open({ ...common, model }, null);
    return client.api;
  };
  try {
    const first = await opened(WIDE);
    await first.step([]);
    const state = await first.checkpoint();
    const second = await opened(DEEP);
    await second.restore(state, 'checkpoint');
    return 'accepted';
  } catch (error) {
    return { problem: problemOf(error) };
  } finally {
    for (const client of clients) client.end();
  }
}
