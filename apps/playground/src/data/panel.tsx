import { useEffect, useRef, useState } from 'preact/hooks';
import type { CsvData, DataChoice, ImagesData, ToyData } from '../state/experiment.ts';
import { change, experiment } from '../state/store.ts';
import { Notice } from '../ui/notice.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { isLasting, kept, readKept } from './kept.ts';
import { texts } from './messages.ts';
import { MnistPanel } from './mnist.tsx';
import { usedClasses } from './own.ts';
import { FIRST_PICTURES, PicturesPanel } from './own-pictures-panel.tsx';
import { ValidationShare } from './shares.tsx';
import { TablePanel } from './table.tsx';
import { FIRST_TOY, ToyPanel } from './toy.tsx';
import './data.css';

const KINDS = ['mnist', 'toy', 'table', 'pictures'] as const;
type Kind = (typeof KINDS)[number];

/** What a network is trained on: digits, points, or what the user brings. */
export function DataPanel() {
  const t = texts();
  const { data } = experiment.value;
  const own = kindOf(data);
  const [shown, setShown] = useState<Kind>(own);
  // What was chosen of each kind is chosen again when one comes back to it.
  const last = useRef<Partial<Record<Kind, DataChoice>>>({});
  last.current[own] = data;
  useEffect(() => setShown(own), [own]);
  useEffect(() => void readKept(), []);

  const choose = (choice: DataChoice): void => change({ data: choice });
  const select = (kind: Kind): void => {
    setShown(kind);
    const known = last.current[kind] ?? firstOf(kind);
    // Own data have to be there first.
    if (known !== undefined) choose(known);
  };
  return (
    <section class="card stack data-panel" aria-labelledby="data-title">
      <h2 id="data-title">{t.data}</h2>
      <Tabs label={t.kinds} tabs={KINDS.map((name) => ({ name, label: t[name] }))} selected={shown} onSelect={select}>
        {shown === 'mnist' ? <MnistPanel /> : null}
        {shown === 'toy' ? <ToyPanel data={own === 'toy' ? (data as ToyData) : FIRST_TOY} onChange={choose} /> : null}
        {shown === 'table' ? <TablePanel data={own === 'table' ? (data as CsvData) : null} onChange={choose} /> : null}
        {shown === 'pictures' ? (
          <PicturesPanel data={own === 'pictures' ? (data as ImagesData) : null} onChange={choose} />
        ) : null}
      </Tabs>
      {isLasting.value === false && (shown === 'table' || shown === 'pictures') ? (
        <Notice kind="warn">{t.notKept}</Notice>
      ) : null}
      <div class="data-fields">
        <ValidationShare />
      </div>
    </section>
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
  if ('csv' in data) return 'table';
  if ('images' in data) return 'pictures';
  return data.name === 'mnist-sample' ? 'mnist' : 'toy';
}
