import type { Parameters } from '@descent/core';
import { formatValue } from '../../../charts/numbers.ts';
import { LANGUAGE_NAMES, language } from '../../../i18n/language.ts';
import type { Activation } from '../../../session/protocol.ts';
import { Gallery } from './gallery.tsx';
import { texts } from './messages.ts';
import { kernelsOf, picturesOf, unitsOf } from './pictures.ts';

interface LayerCardProps {
  readonly activation: Activation;
  readonly parameters: Parameters;
  /** The shape of a sample: `[1, 28, 28]`. */
  readonly picture: readonly number[];
}

/** One layer: its weights as pictures, and what it gives for the sample. */
export function LayerCard({ activation: { path, label, output }, parameters, picture }: LayerCardProps) {
  const t = texts();
  const isImage = output.shape.length === 4;
  const bias = parameters[`${path}.bias`];
  const { tag } = LANGUAGE_NAMES[language.value];
  return (
    <div class="card layer-card" data-layer={path}>
      <h3 class="row">
        <span class="soft">{path}</span> <code>{label}</code>
        <span class="soft small">{t.shape(output.shape.slice(1).join(', '))}</span>
      </h3>
      <div class="layer-parts">
        <div class="stack" data-part="output">
          <h4>{t.outputs}</h4>
          <Gallery
            pictures={picturesOf(output)}
            kind="signs"
            size={isImage ? 72 : 256}
            nameOf={isImage ? t.channel : () => t.values}
          />
        </div>
        <Weights path={path} parameters={parameters} picture={picture} />
      </div>
      {bias === undefined ? null : (
        <p class="small soft">
          {t.biases(
            formatValue(bias.data.reduce(least, Number.POSITIVE_INFINITY), tag),
            formatValue(bias.data.reduce(most, Number.NEGATIVE_INFINITY), tag),
          )}
        </p>
      )}
    </div>
  );
}

function Weights({ path, parameters, picture }: Omit<LayerCardProps, 'activation'> & { readonly path: string }) {
  const t = texts();
  const weight = parameters[`${path}.weight`];
  if (weight === undefined || (weight.shape.length !== 2 && weight.shape.length !== 4)) return null;
  const [, inner = 1] = weight.shape;
  if (weight.shape.length === 4) {
    return (
      <div class="stack" data-part="weights">
        <h4>{t.filters}</h4>
        <Gallery
          pictures={kernelsOf(weight).flat()}
          kind="signs"
          size={44}
          nameOf={(i) => t.filter(Math.floor((i - 1) / inner) + 1, ((i - 1) % inner) + 1)}
        />
      </div>
    );
  }
  const units = unitsOf(weight, picture);
  return (
    <div class="stack" data-part="weights">
      <h4>{units === null ? t.matrix : t.units}</h4>
      <Gallery
        pictures={
          units ?? [{ data: weight.data as ArrayLike<number>, width: inner, height: weight.shape[0] as number }]
        }
        kind="signs"
        size={units === null ? Math.max(256, 2 * inner) : 72}
        nameOf={units === null ? () => t.matrixName : t.unit}
      />
    </div>
  );
}

function least(a: number, b: number): number {
  return Math.min(a, b);
}

function most(a: number, b: number): number {
  return Math.max(a, b);
}
