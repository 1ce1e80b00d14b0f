import type { Problem } from '../../session/protocol.ts';
import { run } from '../../session/run.ts';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { texts } from './messages.ts';

/** Which network is looked into: an untrained one, one of an experiment that has changed since, or none because something is wrong. */
export function NetworkNotices({ problem }: { readonly problem: Problem | null }) {
  const t = texts();
  const step = run.step.value;
  return (
    <>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {run.opened.value !== null && step === 0 && run.epochs.value.length === 0 ? <Notice>{t.untrained}</Notice> : null}
      {run.opened.value !== null && run.isStale.value ? <Notice kind="warn">{t.stale}</Notice> : null}
      {run.opened.value === null && problem === null ? <p class="soft">{t.opening}</p> : null}
    </>
  );
}
