import type { Finding } from '@descent/core';
import { formatValue } from '../charts/numbers.ts';
import { LANGUAGE_NAMES, language } from '../i18n/language.ts';
import type { EpochScores } from '../session/protocol.ts';
import { Notice } from '../ui/notice.tsx';
import { adviceInChinese, seenInChinese } from './chinese.ts';
import './diagnosis.css';
import { type Gap, gapOf } from './gap.ts';
import { texts } from './messages.ts';
import { ruleMeanings, ruleNames } from './rules.ts';

export interface DiagnosisProps {
  readonly epochs: readonly EpochScores[];
  /** What core's rules found; they judge a run that is done. */
  readonly findings: readonly Finding[];
  readonly isDone: boolean;
}

/** Over- and underfitting in words: the gap between training and held-out data, and what core's rules say of a run that is done. */
export function Diagnosis({ epochs, findings, isDone }: DiagnosisProps) {
  const t = texts();
  return (
    <section class="diagnosis stack-small" aria-label={t.title}>
      <h3>{t.title}</h3>
      <GapInWords epochs={epochs} />
      {epochs.length === 0 ? null : <Judgement findings={findings} isDone={isDone} />}
    </section>
  );
}

function GapInWords({ epochs }: { readonly epochs: readonly EpochScores[] }) {
  const t = texts();
  if (epochs.length === 0) return <p class="soft">{t.waiting}</p>;
  const gap = gapOf(epochs);
  if (gap === null) return <p>{t.noHeldOut}</p>;
  return (
    <>
      <p>{[accuracySentence(gap), lossSentence(gap), lowestSentence(gap)].filter(Boolean).join(' ')}</p>
      <p class="small soft">{t.note}</p>
    </>
  );
}

function Judgement({ findings, isDone }: Omit<DiagnosisProps, 'epochs'>) {
  const t = texts();
  if (!isDone && findings.length === 0) return <p class="small soft">{t.later}</p>;
  if (findings.length === 0) return <Notice>{t.nothing}</Notice>;
  return (
    <>
      {findings.map(({ rule, seen, advice }) => (
        <Notice key={`${rule} ${seen}`} kind="warn" title={ruleNames()[rule]}>
          <p>{ruleMeanings()[rule]}</p>
          <details class="small">
            <summary>{t.details}</summary>
            <Numbers seen={seen} advice={advice} />
          </details>
        </Notice>
      ))}
    </>
  );
}

/** What was seen, with its numbers, and what to try. Where nobody has put it into Chinese, core's own words. */
function Numbers({ seen, advice }: Pick<Finding, 'seen' | 'advice'>) {
  const said = language.value === 'zh' ? seenInChinese(seen) : null;
  if (said === null) {
    return (
      <p lang="en">
        {sentence(seen)} {sentence(advice)}
      </p>
    );
  }
  const advised = adviceInChinese(advice);
  return <p>{advised === null ? `${said}。` : `${said}。${advised}。`}</p>;
}

function accuracySentence({ set, train, heldOut, accuracy }: Gap): string {
  if (accuracy === null || train.accuracy === null || heldOut.accuracy === null) return '';
  const percent = (share: number): string => formatValue(share, tag(), 'percent');
  return texts().accuracies(percent(train.accuracy), percent(heldOut.accuracy), texts()[set], points(accuracy));
}

function lossSentence({ set, train, heldOut, loss }: Gap): string {
  const number = (value: number): string => formatValue(value, tag());
  return texts().losses(number(train.loss), number(heldOut.loss), texts()[set], number(loss));
}

function lowestSentence({ set, epoch, lowest }: Gap): string {
  if (epoch === 1) return '';
  if (lowest.epoch === epoch) return texts().lowestNow(texts()[set]);
  return texts().lowest(texts()[set], lowest.epoch, formatValue(lowest.loss, tag()));
}

function points(share: number): string {
  return (100 * share).toLocaleString(tag(), { maximumFractionDigits: 2 }).replace('-', '−');
}

/** Core's findings are parts of sentences. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function tag(): string {
  return LANGUAGE_NAMES[language.value].tag;
}
