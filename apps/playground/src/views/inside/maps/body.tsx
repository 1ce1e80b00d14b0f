import type { NDArray } from '@descent/core';
import { useState } from 'preact/hooks';
import { formatValue } from '../../../charts/numbers.ts';
import { LANGUAGE_NAMES, language } from '../../../i18n/language.ts';
import type { Opened, OutputView, SetName } from '../../../session/protocol.ts';
import { run } from '../../../session/run.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { source, xOf } from '../../use/state.ts';
import { Choice } from '../choice.tsx';
import { NetworkNotices } from '../network-notices.tsx';
import { useAsked } from '../use-asked.ts';
import { Gallery } from './gallery.tsx';
import { LayerCard } from './layer-card.tsx';
import './maps.css';
import { texts } from './messages.ts';
import { picturesOf } from './pictures.ts';

export function Body() {
  const t = texts();
  const [set, setSet] = useState<SetName | 'drawn'>('test');
  const [at, setAt] = useState(0);
  const opened = run.opened.value;
  const drawn = drawnFor(opened?.sampleShape ?? []);
  const sets = opened === null ? [] : [...setsOf(opened), ...(drawn === null ? [] : (['drawn'] as const))];
  const chosen = sets.includes(set) ? set : (sets[0] ?? 'train');
  const count = opened === null || chosen === 'drawn' ? 1 : countOf(opened, chosen);
  const index = Math.min(at, Math.max(0, count - 1));
  const { value, problem } = useAsked(
    async (session) => {
      const sample = chosen === 'drawn' ? null : await session.samples(chosen, index, 1);
      const x = sample?.x ?? (drawn as NDArray);
      const [activations, output, parameters] = await Promise.all([
        session.activations(x),
        session.predict(x),
        session.parameters(),
      ]);
      const label = sample === null ? null : Number(sample.y.data[0]);
      return { x, label, activations, output, parameters };
    },
    [chosen, index, chosen === 'drawn' ? drawn : null],
  );
  return (
    <>
      <NetworkNotices problem={problem} />
      <p class="soft small">{t.pointAt}</p>
      {opened === null ? null : (
        <div class="row maps-sample">
          <Choice
            label={t.set}
            of={sets}
            value={chosen}
            name={(name) => t[name]}
            onPick={(name) => {
              setSet(name);
              setAt(0);
            }}
          />
          <IconButton icon="left" label={t.previous} disabled={index === 0} onClick={() => setAt(index - 1)} />
          <IconButton icon="right" label={t.next} disabled={index >= count - 1} onClick={() => setAt(index + 1)} />
          <span class="soft">{chosen === 'drawn' ? null : t.number(index + 1, count)}</span>
        </div>
      )}
      {value === null ? null : (
        <>
          <div class="card stack">
            <h3>{t.input}</h3>
            <p>{answerOf(value.label, value.output, opened?.classes ?? [])}</p>
            <Gallery
              pictures={picturesOf(value.x)}
              kind={value.x.shape.length === 4 ? 'grey' : 'signs'}
              size={112}
              nameOf={value.x.shape.length === 4 ? t.channel : () => t.values}
            />
          </div>
          {value.activations.map((activation) => (
            <LayerCard
              key={activation.path}
              activation={activation}
              parameters={value.parameters}
              picture={opened?.sampleShape ?? []}
            />
          ))}
        </>
      )}
    </>
  );
}

function setsOf(opened: Opened): readonly SetName[] {
  return (['test', 'validation', 'train'] as const).filter((name) => countOf(opened, name) > 0);
}

function countOf({ trainSamples, validationSamples, testSamples }: Opened, set: SetName): number {
  return { train: trainSamples, validation: validationSamples, test: testSamples }[set];
}

/** The label of the sample where it has one, and what the network takes it for. */
function answerOf(label: number | null, { output, isProbabilities }: OutputView, classes: readonly string[]): string {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  const isClass = isProbabilities && classes.length > 0;
  const named = label === null ? [] : [t.label(isClass ? (classes[label] ?? String(label)) : formatValue(label, tag))];
  if (!isClass) return named.join('');
  const shares = Array.from(output.data as Float32Array);
  const best = shares.indexOf(Math.max(...shares));
  const share = formatValue(shares[best] as number, tag, 'percent');
  return [...named, t.predicted(classes[best] ?? String(best), share)].join(' · ');
}

/** What was drawn or opened in “Use”, where it is of the shape of a sample. */
function drawnFor(shape: readonly number[]): NDArray | null {
  const about = source.value;
  if (about.kind !== 'drawing' && about.kind !== 'file') return null;
  const x = xOf(about);
  return x !== null && String(x.shape.slice(1)) === String(shape) ? x : null;
}
