import { useEffect, useState } from 'preact/hooks';
import { DataPanel } from '../../data/panel.tsx';
import { experiment } from '../../state/store.ts';
import { IconButton } from '../../ui/icon-button.tsx';

import type { View } from '../view.ts';
import { BlockCard } from './block.tsx';
import { analysis, announced, canRedo, canUndo, dataShape, move, redo, setModel, undo } from './editing.ts';
import { InputBlock, OutputBlock } from './ends.tsx';
import { Exchange } from './exchange.tsx';
import { texts } from './messages.ts';
import { Palette } from './palette.tsx';
import { Picture } from './picture.tsx';
import { presetsFor } from './presets.ts';
import { Recipe } from './recipe.tsx';
import { useDrag } from './use-drag.ts';
import './build.css';

function Body() {
  const t = texts();
  const [adding, setAdding] = useState<number | null>(null);
  const drag = useDrag((from, to) => {
    if (from !== to) announced.value = t.moved(analysis.peek()?.blocks[from]?.name ?? '', move(from, to) + 1);
  });
  useEffect(() => {
    addEventListener('keydown', onShortcut);
    return () => removeEventListener('keydown', onShortcut);
  }, []);
  const current = analysis.value;
  return (
    <div class="build">
      <h1 class="visually-hidden">{t.title}</h1>
      <div class="build-choose stack">
        <DataPanel />
      </div>
      <section class="build-network stack" aria-labelledby="network-title">
        <header class="build-head">
          <h2 id="network-title">{t.network}</h2>
          <span class="row">
            <Picture />
            <IconButton icon="undo" label={t.undo} disabled={!canUndo.value} onClick={undo} />
            <span class="mirrored">
              <IconButton icon="undo" label={t.redo} disabled={!canRedo.value} onClick={redo} />
            </span>
          </span>
        </header>
        <Presets />
        <ol class="blocks">
          <InputBlock onAdd={setAdding} />
          {current?.blocks.map((_, index) => (
            <>
              {drag.gap === index && drag.from !== null ? <li key="gap" class="drop-gap" /> : null}
              <BlockCard
                key={index}
                index={index}
                analysis={current}
                isDragged={drag.from === index}
                onGrab={drag.onGrab}
                onAdd={setAdding}
              />
            </>
          ))}
          {drag.gap !== null && drag.gap === current?.blocks.length ? <li class="drop-gap" /> : null}
          {current === null ? null : <OutputBlock analysis={current} />}
        </ol>
        <p class="visually-hidden" role="status">
          {announced.value}
        </p>
      </section>
      <div class="build-recipe stack">
        <Recipe />
        <div class="row">
          <Exchange />
        </div>
      </div>
      <Palette index={adding} analysis={current} onClose={() => setAdding(null)} />
    </div>
  );
}

function Presets() {
  const t = texts();
  const shape = dataShape.value;
  if (shape === null || shape.outputs === null) return null;
  const { model } = experiment.value;
  return (
    <fieldset class="presets">
      <legend class="soft small">{t.presets}</legend>
      {presetsFor(shape.shape, shape.outputs, shape.tokens).map((preset) => (
        <button
          key={`${preset.name} ${preset.kind}`}
          type="button"
          class="preset"
          aria-pressed={JSON.stringify(model) === JSON.stringify(preset.model)}
          onClick={() => setModel(preset.model)}
        >
          <strong>{preset.name}</strong>
          <span class="soft small">{t[`presetNotes_${preset.kind}`]}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** Undo and redo as everywhere; fields have their own. */
function onShortcut(event: KeyboardEvent): void {
  const isField = event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
  if (isField || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key !== 'z' && key !== 'y') return;
  event.preventDefault();
  if (key === 'y' || event.shiftKey) redo();
  else undo();
}

export const view: View = {
  name: 'build',
  title: () => texts().title,
  icon: <path d="M4 5h16v4H4zM4 10.5h16v4H4zM7 16h10v3.5H7z" />,
  Body,
};
