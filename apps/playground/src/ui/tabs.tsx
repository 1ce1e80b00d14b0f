import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { rovingTarget } from './roving.ts';

export interface Tab<N extends string> {
  readonly name: N;
  readonly label: ComponentChildren;
}

export interface TabsProps<N extends string> {
  /** What the tabs choose among, for those who hear the page. */
  readonly label: string;
  readonly tabs: readonly Tab<N>[];
  readonly selected: N;
  readonly onSelect: (name: N) => void;
  /** What the chosen tab shows. */
  readonly children: ComponentChildren;
}

/** Tabs over a panel. Arrow keys go from tab to tab and show what is there; the Tab key goes into the panel. */
export function Tabs<N extends string>({ label, tabs, selected, onSelect, children }: TabsProps<N>) {
  const id = useId();
  return (
    <div class="tabs">
      <div class="segments" role="tablist" aria-label={label}>
        {tabs.map((tab, index) => (
          <button
            key={tab.name}
            id={`${id}-${tab.name}`}
            type="button"
            role="tab"
            aria-selected={tab.name === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === selected ? 0 : -1}
            onClick={() => onSelect(tab.name)}
            onKeyDown={(event) => {
              const target = tabs[rovingTarget(event.key, index, tabs.length) ?? -1];
              if (target === undefined) return;
              event.preventDefault();
              onSelect(target.name);
              document.getElementById(`${id}-${target.name}`)?.focus();
            }}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${selected}`} class="tab-panel">
        {children}
      </div>
    </div>
  );
}
