import type { NDArray } from '@descent/core';
import { characters, prepareTexts, type TextPreparation, type Tokenizer } from '@descent/datasets';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { problemOf } from '../../session/problem.ts';
import { texts } from './messages.ts';
import { SamplePicker } from './sample-picker.tsx';
import { ask, problem, source } from './state.ts';

export interface TextInputProps {
  readonly preparation: TextPreparation;
  readonly hasSamples: boolean;
}

/** A text to ask about, as tokens of the characters that the network was trained on. */
export function TextInput({ preparation, hasSamples }: TextInputProps) {
  const t = texts();
  const [text, setText] = useState('');
  const tokenizer = useMemo(() => tokenizerOf(preparation), [preparation]);
  const textOf = (x: NDArray): string => tokenizer?.decode(x.data as Int32Array) ?? '';
  useEffect(() => {
    const now = source.value;
    if (now.kind === 'sample') setText(textOf(now.x));
  }, [source.value]);
  if (tokenizer === null) return <p class="card">{t.notOpened}</p>;
  const write = (written: string): void => {
    setText(written);
    if (written === '') {
      ask({ kind: 'none' });
      return;
    }
    try {
      ask({ kind: 'numbers', x: prepareTexts(preparation, tokenizer, [written]) as NDArray });
    } catch (error) {
      problem.value = problemOf(error);
    }
  };
  return (
    <section class="card stack use-input" aria-label={t.input}>
      <h2>{t.text}</h2>
      <textarea rows={4} aria-label={t.text} value={text} onInput={({ currentTarget }) => write(currentTarget.value)} />
      {hasSamples ? <SamplePicker textOf={textOf} /> : null}
    </section>
  );
}

/** The tokenizer of a preparation of this page, which are of characters alone. */
function tokenizerOf({ tokens }: TextPreparation): Tokenizer | null {
  return tokens.kind === 'characters'
    ? characters(tokens.characters, { padding: tokens.padding, unknown: tokens.unknown })
    : null;
}
