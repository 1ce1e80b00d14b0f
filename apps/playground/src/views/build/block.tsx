import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { TermMark } from '../../glossary/term.tsx';
import { language } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { Analysis } from './analysis.ts';
import { layerCall } from './arguments.ts';
import { ArgumentsForm } from './arguments-form.tsx';
import { BlockProblem } from './block-problem.tsx';
import { announced, dataShape, insert, move, remove, setCall } from './editing.ts';
import { layerTerm, layerText } from './layer-texts.ts';
import { texts } from './messages.ts';
import { flowText } from './problem-text.ts';
import { TensorGlyph } from './tensor-glyph.tsx';

export interface BlockCardProps {
  readonly index: number;
  readonly analysis: Analysis;
  readonly isDragged: boolean;
  readonly onGrab: (event: TargetedPointerEvent<HTMLElement>, index: number) => void;
  readonly onAdd: (index: number) => void;
}

/** One layer: what it is called, its arguments, what is wrong about it, and what it gives. */
export function BlockCard({ index, analysis, isDragged, onGrab, onAdd }: BlockCardProps) {
  const t = texts();
  const block = analysis.blocks[index];
  if (block === undefined) return null;
  const { call, name, parameters, problem } = block;
  const description = layerCall(name);
  const term = layerTerm(name);
  const moveTo = (to: number): void => {
    announced.value = t.moved(name, move(index, to) + 1);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    moveTo(index + (event.key === 'ArrowUp' ? -1 : 1));
  };
  return (
    <li class={isDragged ? 'block dragged' : 'block'} data-block={index} onKeyDown={onKeyDown}>
      <article class={problem === null ? 'block-card' : 'block-card wrong'} aria-label={`${index + 1}. ${name}`}>
        <header class="block-head">
          <button
            type="button"
            class="block-grip"
            aria-label={t.grip(name, index + 1)}
            title={t.grip(name, index + 1)}
            onPointerDown={(event) => onGrab(event, index)}
          >
            <Icon name="grip" />
          </button>
          <h3 class="block-name">{name}</h3>
          {term === undefined ? null : <TermMark name={term} />}
          <span class="block-about soft small">{layerText(name)}</span>
          {parameters === null || parameters === 0 ? null : (
            <span class="block-parameters soft small">{t.parameters(parameters.toLocaleString(language.value))}</span>
          )}
          <span class="block-actions">
            <IconButton icon="up" label={t.up(name)} disabled={index === 0} onClick={() => moveTo(index - 1)} />
            <IconButton
              icon="down"
              label={t.down(name)}
              disabled={index === analysis.blocks.length - 1}
              onClick={() => moveTo(index + 1)}
            />
            <IconButton icon="copy" label={t.copy(name)} onClick={() => insert(index + 1, call)} />
            <IconButton
              icon="trash"
              label={t.remove(name)}
              disabled={analysis.blocks.length < 2}
              onClick={() => {
                if (remove(index) !== null) announced.value = t.removed(name);
              }}
            />
          </span>
        </header>
        {description === undefined ? null : (
          <ArgumentsForm call={call} description={description} onChange={(next) => setCall(index, next)} />
        )}
        {problem === null ? null : <BlockProblem index={index} analysis={analysis} />}
      </article>
      <FlowOut index={index} analysis={analysis} onAdd={onAdd} />
    </li>
  );
}

interface FlowOutProps {
  readonly index: number;
  readonly analysis: Analysis;
  readonly onAdd: (index: number) => void;
}

/** What goes on to the next block, on the line between the two. */
function FlowOut({ index, analysis, onAdd }: FlowOutProps) {
  const t = texts();
  const block = analysis.blocks[index];
  const { output = null, field = null, name = '' } = block ?? {};
  const widest = Math.max(...(dataShape.value?.shape.slice(1) ?? []), 1);
  return (
    <div class="flow">
      <TensorGlyph shape={output?.shape ?? null} widest={widest} />
      <p class="flow-text">
        {output === null ? (
          <span class="soft small">{block?.problem === null ? '' : t.waits}</span>
        ) : (
          <>
            <strong>{flowText(output)}</strong>
            {field === null || (field[0] === 1 && field[1] === 1) ? null : (
              <span class="soft small" title={t.seesHint(...field)}>
                {t.sees(...field)}
              </span>
            )}
          </>
        )}
      </p>
      <AddButton index={index + 1} label={t.addHere(t.behind(name))} onAdd={onAdd} />
    </div>
  );
}

export function AddButton({
  index,
  label,
  onAdd,
}: {
  readonly index: number;
  readonly label: string;
  readonly onAdd: (index: number) => void;
}) {
  return (
    <button type="button" class="flow-add" aria-label={label} title={label} onClick={() => onAdd(index)}>
      <Icon name="plus" />
    </button>
  );
}
