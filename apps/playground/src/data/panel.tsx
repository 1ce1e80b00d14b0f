import { type Signal, signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { TermList } from '../glossary/term-list.tsx';
import type { TermName } from '../glossary/terms.ts';
import type { CsvData, DataChoice, FilesData, ImagesData, TextsData, ToyData } from '../state/experiment.ts';
import { change, experiment } from '../state/store.ts';
import { Notice } from '../ui/notice.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { inShort } from './in-short.ts';
import { isLasting, kept, readKept } from './kept.ts';
import { texts } from './messages.ts';
import { MnistPanel } from './mnist.tsx';
import { missingOf, usedClasses } from './own.ts';
import { OwnFilesPanel } from './own-files-panel.tsx';
import { FIRST_PICTURES, PicturesPanel } from './own-pictures-panel.tsx';
import { ValidationShare } from './shares.tsx';
import { TablePanel } from './table.tsx';
import { TextsPanel } from './texts.tsx';
import { FIRST_TOY, ToyPanel } from './toy.tsx';
import './data.css';

const KINDS = ['mnist', 'toy', 'table', 'texts', 'pictures', 'files'] as const;
const TERMS_OF_DATA: readonly TermName[] = ['trainingSet', 'validationSet', 'testSet', 'label', 'classes'];
type Kind = (typeof KINDS)[number];
type Chosen = Partial<Record<Kind, DataChoice>>;

/** Whether the choices are shown, in every view that has them. */
const isOpen: Signal<boolean> = signal(false);

export interface DataPanelProps {
  /** Whether a field beside the panel asks for the validation share. Default: the panel has it. */
  readonly isValidationElsewhere?: boolean;
}

/** What a network is trained on: digits, points, or what the user brings. In one line, until one wants to choose. */
export function DataPanel({ isValidationElsewhere = false }: DataPanelProps) {
  const t = texts();
  const { data } = experiment.value;
  // What was chosen of each kind is chosen again when one comes back to it.
  const last = useRef<Chosen>({});
  last.current[kindOf(data)] = data;
  useEffect(() => void readKept(), []);
  const missing = missingOf(kept.value, data);
  return (
    <section class={isOpen.value ? 'card stack data-panel open' : 'card stack data-panel'} aria-labelledby="data-title">
      <header class="data-head">
        <h2 id="data-title">{t.data}</h2>
        <p class="soft">{inShort(data)}</p>
        <button
          type="button"
          class="button"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          {isOpen.value ? t.close : t.change}
        </button>
      </header>
      {missing === null ? null : <Notice kind="warn">{t.notHere(missing)}</Notice>}
      {isOpen.value ? <Choices data={data} last={last.current} hasValidation={!isValidationElsewhere} /> : null}
    </section>
  );
}

interface ChoicesProps {
  readonly data: DataChoice;
  readonly last: Chosen;
  readonly hasValidation: boolean;
}

function Choices({ data, last, hasValidation }: ChoicesProps) {
  const t = texts();
  const own = kindOf(data);
  const [shown, setShown] = useState<Kind>(own);
  useLayoutEffect(() => setShown(own), [own]);

  const choose = (choice: DataChoice): void => change({ data: choice });
  const select = (kind: Kind): void => {
    setShown(kind);
    const known = last[kind] ?? firstOf(kind);
    // Own data have to be there first.
    if (known !== undefined) choose(known);
  };
  return (
    <>
      <TermList names={TERMS_OF_DATA} />
      <Tabs label={t.kinds} tabs={KINDS.map((name) => ({ name, label: t[name] }))} selected={shown} onSelect={select}>
        {shown === 'mnist' ? <MnistPanel /> : null}
        {shown === 'toy' ? <ToyPanel data={own === 'toy' ? (data as ToyData) : FIRST_TOY} onChange={choose} /> : null}
        {shown === 'table' ? <TablePanel data={own === 'table' ? (data as CsvData) : null} onChange={choose} /> : null}
        {shown === 'texts' ? (
          <TextsPanel data={own === 'texts' ? (data as TextsData) : null} onChange={choose} />
        ) : null}
        {shown === 'pictures' ? (
          <PicturesPanel data={own === 'pictures' ? (data as ImagesData) : null} onChange={choose} />
        ) : null}
        {shown === 'files' ? (
          <OwnFilesPanel data={own === 'files' ? (data as FilesData) : null} onChange={choose} />
        ) : null}
      </Tabs>
      {isLasting.value === false && shown !== 'mnist' && shown !== 'toy' ? (
        <Notice kind="warn">{t.notKept}</Notice>
      ) : null}
      {hasValidation ? (
        <div class="data-fields">
          <ValidationShare />
        </div>
      ) : null}
    </>
  );
}

/** What is chosen of a kind at first; undefined where the user has to bring it. */
function firstOf(kind: Kind): DataChoice | undefined {
  if (kind === 'mnist') return { name: 'mnist-sample' };
  if (kind === 'toy') return FIRST_TOY;
  const all = kept.peek();
  const set = kind === 'pictures' ? all?.sets.find(({ name }) => usedClasses(all, name).length > 1) : undefined;
  return set === undefined ? undefined : { images: set.name, ...FIRST_PICTURES };
}

function kindOf(data: DataChoice): Kind {
  if ('files' in data) return 'files';
  if ('csv' in data) return 'table';
  if ('texts' in data) return 'texts';
  if ('images' in data) return 'pictures';
  return data.name === 'mnist-sample' ? 'mnist' : 'toy';
}
