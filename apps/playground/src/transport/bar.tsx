import { useEffect } from 'preact/hooks';
import { MORE_EPOCHS, pause, reset, resume, run, startTraining, stepOnce } from '../session/run.ts';
import { experiment } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EnginePicker } from './engine-picker.tsx';
import { texts } from './messages.ts';
import { Numbers } from './numbers.tsx';
import { Sparkline } from './sparkline.tsx';
import { StatusLine } from './status-line.tsx';
import './transport.css';

/** The controls of training and where it stands, above every view. */
export function TransportBar() {
  const t = texts();
  const status = run.status.value;
  const isRunning = status === 'running';
  useEffect(() => {
    addEventListener('keydown', onShortcut);
    return () => removeEventListener('keydown', onShortcut);
  }, []);
  return (
    <section class="transport" aria-label={t.bar}>
      <div class="transport-buttons">
        <button
          type="button"
          class="button primary"
          title={isRunning ? t.pauseTitle : isFinished() ? t.moreTitle(MORE_EPOCHS) : t.startTitle}
          disabled={status === 'opening'}
          onClick={toggle}
        >
          <Icon name={isRunning ? 'pause' : 'play'} />
          <span>{isRunning ? t.pause : status === 'paused' ? t.resume : isFinished() ? t.more : t.start}</span>
        </button>
        <IconButton icon="step" label={t.step} disabled={status === 'opening'} onClick={() => void stepOnce()} />
        <IconButton
          icon="reset"
          label={t.reset}
          disabled={run.trained.value === null && status === 'idle'}
          onClick={reset}
        />
      </div>
      <EnginePicker />
      <Numbers />
      <Sparkline />
      <StatusLine />
    </section>
  );
}

function isFinished(): boolean {
  const done = run.epochs.value.length;
  return done > 0 && !run.isStale.value && done >= experiment.value.epochs;
}

function toggle(): void {
  const status = run.status.peek();
  if (status === 'running') pause();
  else if (status === 'paused' && !run.isStale.peek()) resume();
  else void startTraining();
}

/** Ctrl + Enter (⌘ + Enter) is nothing that a form field takes for itself. */
function onShortcut(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || event.repeat) return;
  event.preventDefault();
  toggle();
}
