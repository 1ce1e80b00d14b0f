import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../../ui/dialog.tsx';
import type { Analysis } from './analysis.ts';
import { LAYER_CALLS, newLayer } from './arguments.ts';
import { dataShape, focusBlock, insert } from './editing.ts';
import { GROUPS, layerText } from './layer-texts.ts';
import { texts } from './messages.ts';

export interface PaletteProps {
  /** Where the layer will stand; `null`: closed. */
  readonly index: number | null;
  readonly analysis: Analysis | null;
  readonly onClose: () => void;
}

const GROUPED: readonly string[] = Object.values(GROUPS).flat();

/** All layers of core, in groups; a new one fits what arrives where it will stand. */
export function Palette({ index, analysis, onClose }: PaletteProps) {
  const t = texts();
  const added = useRef<number | null>(null);
  // The dialog gives the focus back when it closes; the new block gets it after that.
  useEffect(() => {
    if (index !== null || added.current === null) return;
    focusBlock(added.current);
    added.current = null;
  }, [index]);
  const names: Readonly<Record<string, readonly string[]>> = {
    ...GROUPS,
    other: LAYER_CALLS.map(({ name }) => name).filter((name) => !GROUPED.includes(name)),
  };
  const arriving =
    index === null || index === 0
      ? (dataShape.value?.sample.shape ?? null)
      : (analysis?.blocks[index - 1]?.output?.shape ?? null);
  return (
    <Dialog title={t.chooseLayer} open={index !== null} onClose={onClose}>
      <div class="palette">
        {Object.entries(names).map(([group, layers]) =>
          layers.length === 0 ? null : (
            <section key={group}>
              <h3 class="small soft">{t[`group_${group}` as 'group_other']}</h3>
              <div class="palette-layers">
                {LAYER_CALLS.filter(({ name }) => layers.includes(name)).map((description) => (
                  <button
                    key={description.name}
                    type="button"
                    class="palette-layer"
                    onClick={() => {
                      added.current = index;
                      onClose();
                      insert(index ?? 0, newLayer(description, arriving));
                    }}
                  >
                    <strong>{description.name}</strong>
                    <span class="soft small">{layerText(description.name)}</span>
                  </button>
                ))}
              </div>
            </section>
          ),
        )}
      </div>
    </Dialog>
  );
}
