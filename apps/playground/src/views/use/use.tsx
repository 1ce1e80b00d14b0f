import { useEffect } from 'preact/hooks';
import { sampleOf } from '../../data/own.ts';
import { FilesPanel } from '../../files/files-panel.tsx';
import { TermList } from '../../glossary/term-list.tsx';
import type { TermName } from '../../glossary/terms.ts';
import { run } from '../../session/run.ts';
import { experiment } from '../../state/store.ts';
import { Notice } from '../../ui/notice.tsx';
import { AnswerCard } from './answer-card.tsx';
import { useFeatureNames } from './feature-names.ts';
import { foreign, useModel } from './foreign.ts';
import { texts } from './messages.ts';
import { NumbersInput } from './numbers-input.tsx';
import { PictureInput } from './picture-input.tsx';
import { PlaneInput } from './plane-input.tsx';
import { ask, askAgain, counted, source, xOf } from './state.ts';
import { Steps } from './steps.tsx';
import { type Subject, subjectOf, subjectOfModel } from './subject.ts';
import { TestSet } from './test-set.tsx';
import { TextInput } from './text-input.tsx';
import './use.css';

const TERMS_OF_USE: readonly TermName[] = [
  'inference',
  'softmax',
  'confusionMatrix',
  'testSet',
  'generalization',
  'onnx',
];

/** Between two questions about the same sample while the network trains, in milliseconds. */
const PAUSE = 300;

/** Asks a network about pictures, points or numbers, judges it on a set, and takes files out and in. */
export function Use() {
  const t = texts();
  const model = foreign.value;
  const shown = run.trained.value ?? experiment.value;
  const opened = run.opened.value;
  const subject =
    model === null
      ? subjectOf(shown, opened?.sampleShape ?? sampleOf(shown.data)?.shape ?? null, opened?.text)
      : subjectOfModel(model);
  const names = useFeatureNames(shown.data);
  const key = JSON.stringify(subject);

  // What was asked fits another kind of network only by chance.
  useEffect(() => {
    const x = xOf(source.peek());
    if (x !== null && !takes(subject, x.shape.slice(1))) ask({ kind: 'none' });
    else askAgain();
  }, [key, model]);
  // The numbers of the network have changed.
  useEffect(() => {
    let isDue = false;
    const askLater = counted(async () => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      isDue = false;
      askAgain();
    });
    return run.version.subscribe(() => {
      if (isDue) return;
      isDue = true;
      void askLater();
    });
  }, []);

  const canCentre = subject?.kind === 'picture' && subject.isDrawing;
  const range = subject?.kind === 'picture' ? rangeOf(subject) : undefined;
  return (
    <div class="stack use-top-of-view" id="use-top">
      <div class="stack-small">
        <h1>{t.title}</h1>
        <p class="soft">{t.lead}</p>
        <TermList names={TERMS_OF_USE} />
      </div>
      {model === null ? null : (
        <Notice
          title={t.usesFile(model.name)}
          actions={
            <button type="button" class="button" onClick={() => useModel(null)}>
              {t.useOwn}
            </button>
          }
        >
          <p>{t.fileIsFixed}</p>
        </Notice>
      )}
      {model === null && run.isStale.value ? <Notice kind="warn">{t.stale}</Notice> : null}
      <div class="use-columns">
        <Input subject={subject} names={model === null ? names : []} hasSamples={model === null} />
        <AnswerCard />
      </div>
      {subject?.kind === 'picture' ? <Steps source={source.value} canCentre={canCentre} range={range} /> : null}
      {model === null && subject?.kind !== 'elsewhere' ? <TestSet /> : null}
      <FilesPanel />
    </div>
  );
}

interface InputProps {
  readonly subject: Subject | null;
  readonly names: readonly string[];
  readonly hasSamples: boolean;
}

function Input({ subject, names, hasSamples }: InputProps) {
  if (subject?.kind === 'picture')
    return <PictureInput preprocessing={subject.preprocessing} canCentre={subject.isDrawing} hasSamples={hasSamples} />;
  if (subject?.kind === 'point') return <PlaneInput />;
  if (subject?.kind === 'text') return <TextInput preparation={subject.preparation} hasSamples={hasSamples} />;
  if (subject?.kind === 'numbers')
    return <NumbersInput shape={subject.shape} dtype={subject.dtype} names={names} hasSamples={hasSamples} />;
  if (subject?.kind === 'elsewhere') return <p class="card soft">{texts().askedElsewhere}</p>;
  return <p class="card soft">{texts().notOpened}</p>;
}

function rangeOf({ preprocessing }: Subject & { readonly kind: 'picture' }): readonly [number, number] | undefined {
  return preprocessing.range === 'unknown' ? undefined : preprocessing.range;
}

/** Whether a sample of this shape is what the subject is about. */
function takes(subject: Subject | null, shape: readonly number[]): boolean {
  if (subject === null || subject.kind === 'elsewhere') return false;
  if (subject.kind === 'point') return String(shape) === '2';
  if (subject.kind === 'text') return String(shape) === String(subject.preparation.length);
  if (subject.kind === 'numbers') return String(shape) === String(subject.shape);
  const { channels, height, width } = subject.preprocessing;
  return String(shape) === String([channels, height, width]);
}
