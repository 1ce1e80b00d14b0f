import { useEffect } from 'preact/hooks';
import { MORE_EPOCHS, pause, reset, resume, run, startTraining, stepOnce } from '../session/run.ts';
import { experiment } from '../state/store.ts';
import { EnginePicker } from './engine-picker.tsx';
import { texts } from './messages.ts';
import { Numbers } from './numbers.tsx';
import { Sparkline } from './sparkline.tsx';
import { StatusLine } from './status-line.tsx';
import './transport.css';

const PLAY = <path d="M7 4.5v15l12-7.5z" />;
const PAUSE = <path d="M6.5 4.5h4v15h-4zM13.5 4.5h4v15h-4z" />;
const STEP = <path d="M5 4.5v15l9-7.5zM15.5 4.5h3.5v15h-3.5z" />;
const RESET = <path d="M12 5a7.5 7.5 0 1 1-7.2 5.4l2.4.7A5 5 0 1 0 12 7.5V11L6.5 6.2 12 1.5z" />;

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
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {isRunning ? PAUSE : PLAY}
          </svg>
          <span>{isRunning ? t.pause : status === 'paused' ? t.resume : isFinished() ? t.more : t.start}</span>
        </button>
        <button
          type="button"
          class="button icon"
          title={t.stepTitle}
          aria-label={t.step}
          disabled={status === 'opening'}
          onClick={() => void stepOnce()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {STEP}
          </svg>
        </button>
        <button
          type="button"
          class="button icon"
          title={t.resetTitle}
          aria-label={t.reset}
          disabled={run.trained.value === null && status === 'idle'}
          onClick={reset}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            {RESET}
          </svg>
        </button>
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
