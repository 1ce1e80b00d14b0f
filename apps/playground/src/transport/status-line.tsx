import { run } from '../session/run.ts';
import { experiment } from '../state/store.ts';
import { ENGINE_LABELS } from './engine-names.ts';
import { texts } from './messages.ts';

/** One line on what happens, which screen readers hear when it changes. It has its height always, so that nothing below it moves. */
export function StatusLine() {
  const { problem, isStale } = run;
  const kind = problem.value !== null ? 'wrong' : isStale.value ? 'warn' : 'plain';
  const text = problem.value?.message ?? (isStale.value ? texts().stale : describe());
  const details = [problem.value?.path, problem.value?.received, problem.value?.expected, problem.value?.fix];
  return (
    <p class={`transport-status ${kind}`} role="status" title={details.filter(Boolean).join(' · ') || undefined}>
      {text}
    </p>
  );
}

function describe(): string {
  const t = texts();
  const { status, loading, engine, step } = run;
  const name = ENGINE_LABELS[engine.value?.engine ?? experiment.value.backend];
  if (loading.value === 'data') return t.loadingData;
  if (loading.value === 'engine') return t.loadingEngine(ENGINE_LABELS[experiment.value.backend]);
  switch (status.value) {
    case 'running': {
      const threads = engine.value?.threads ?? null;
      const said =
        threads === null ? '' : threads > 1 ? t.threads(threads) : engine.value?.isIsolated ? '' : t.oneThread;
      return said === '' ? t.running(name) : `${t.running(name)} · ${said}`;
    }
    case 'opening':
      return t.opening;
    case 'paused':
      return t.paused;
    case 'done':
      return t.done;
    default:
      return step.value === 0 ? t.idle : t.stopped;
  }
}
