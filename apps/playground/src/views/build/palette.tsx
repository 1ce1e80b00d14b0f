import type { CallDescription } from '@descent/cli/config';
import { type Signal, signal } from '@preact/signals';
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../ui/dialog.tsx';
import { rovingTarget } from '../../ui/roving.ts';
import type { Analysis } from './analysis.ts';
import { newLayer } from './arguments.ts';
import { dataShape, focusBlock, insert } from './editing.ts';
import { findLayers, type LayerGroup } from './find-layers.ts';
import { type GroupName, layerText } from './layer-texts.ts';
import { texts } from './messages.ts';

export interface PaletteProps {
  /** Where the layer will stand; `null`: closed. */
  readonly index: number | null;
  readonly analysis: Analysis | null;
  readonly onClose: () => void;
}

/** Groups that are folded, until the page is left. At first those are open that a course begins with. */
const folded: Signal<ReadonlySet<GroupName>> = signal(
  new Set<GroupName>(
    findLayers('')
      .map(({ name }) => name)
      .filter((name) => name !== 'connected' && name !== 'convolution' && name !== 'activation'),
  ),
);

function fold(name: GroupName, isFolded: boolean): void {
  if (folded.peek().has(name) === isFolded) return;
  const next = new Set(folded.peek());
  if (isFolded) next.add(name);
  else next.delete(name);
  folded.value = next;
}

/** All layers of core, in groups that can be folded and searched; a new one fits what arrives where it will stand. */
export function Palette({ index, analysis, onClose }: PaletteProps) {
  const added = useRef<number | null>(null);
  // The dialog gives the focus back when it closes; the new block gets it after that.
  useEffect(() => {
    if (index !== null || added.current === null) return;
    focusBlock(added.current);
    added.current = null;
  }, [index]);
  const arriving =
    index === null || index === 0
      ? (dataShape.value?.shape ?? null)
      : (analysis?.blocks[index - 1]?.output?.shape ?? null);
  const add = (description: CallDescription): void => {
    added.current = index;
    onClose();
    insert(index ?? 0, newLayer(description, arriving));
  };
  return (
    <Dialog title={texts().chooseLayer} open={index !== null} onClose={onClose}>
      <Choices onAdd={add} />
    </Dialog>
  );
}

function Choices({ onAdd }: { readonly onAdd: (description: CallDescription) => void }) {
  const t = texts();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = findLayers(text);
  const count = found.reduce((sum, { layers }) => sum + layers.length, 0);
  const isSearching = text.trim() !== '';

  /** Arrow keys go from the field through all buttons that are shown, whatever group they stand in. */
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const { key, target } = event;
    const isField = target === field.current;
    if (event.isComposing || (isField && key !== 'ArrowDown' && key !== 'Enter')) return;
    if (isField && key === 'Enter') {
      event.preventDefault();
      const best = firstOf(found, text);
      if (isSearching && best !== undefined) onAdd(best);
      return;
    }
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.palette-title, .palette-layer') ?? [])].filter(
      (one) => one.checkVisibility?.() ?? true,
    );
    const at = isField ? -1 : buttons.indexOf(target as HTMLElement);
    const to = isField ? 0 : at < 0 ? null : rovingTarget(key, at, buttons.length);
    if (to === null) return;
    event.preventDefault();
    if (!isField && at === 0 && key === 'ArrowUp') field.current?.focus();
    else buttons[to]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go between the fields and buttons inside.
    <div class="palette" onKeyDown={onKeyDown}>
      <search class="field palette-search">
        <label for="palette-search">{t.findLayer}</label>
        <input
          ref={(element) => {
            field.current = element;
            // The dialog gives it the focus; on a phone, the keyboard would cover what one came for.
            if (element !== null) element.autofocus = matchMedia('(pointer: fine)').matches;
          }}
          id="palette-search"
          type="search"
          autoComplete="off"
          spellcheck={false}
          aria-describedby="palette-hint"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p id="palette-hint" class="field-note">
          {t.findHint}
        </p>
      </search>
      <p class="small soft" role="status">
        {count === 0 ? t.noLayer(text) : t.foundLayers(count)}
      </p>
      <div ref={list} class="palette-groups">
        {found.map((group) => (
          <Group
            key={group.name}
            group={group}
            isOpen={isSearching || !folded.value.has(group.name)}
            // What a search opens stays as it was behind it.
            onFold={(isFolded) => (isSearching ? undefined : fold(group.name, isFolded))}
            onAdd={onAdd}
          />
        ))}
      </div>
    </div>
  );
}

interface GroupProps {
  readonly group: LayerGroup;
  readonly isOpen: boolean;
  readonly onFold: (isFolded: boolean) => void;
  readonly onAdd: (description: CallDescription) => void;
}

function Group({ group: { name, layers }, isOpen, onFold, onAdd }: GroupProps) {
  return (
    <details class="palette-group" open={isOpen} onToggle={({ currentTarget }) => onFold(!currentTarget.open)}>
      <summary class="palette-title">
        <h3>{texts()[`group_${name}`]}</h3>
        <span class="soft small">{layers.length}</span>
      </summary>
      <div class="palette-layers">
        {layers.map((description) => (
          <button key={description.name} type="button" class="palette-layer" onClick={() => onAdd(description)}>
            <strong>{description.name}</strong>
            <span class="soft small">{layerText(description.name)}</span>
          </button>
        ))}
      </div>
    </details>
  );
}

/** What Enter adds: the layer of exactly that name, else the first one with it in its name, else the first one. */
function firstOf(found: readonly LayerGroup[], text: string): CallDescription | undefined {
  const all = found.flatMap(({ layers }) => layers);
  const wanted = text.trim().toLowerCase();
  const named = (is: (name: string) => boolean): CallDescription | undefined =>
    all.find(({ name }) => is(name.toLowerCase()));
  return named((name) => name === wanted) ?? named((name) => name.startsWith(wanted)) ?? all[0];
}
