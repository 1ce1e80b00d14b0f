import type { Along } from '../protocol.ts';

/** The parts of the data that a number may be of. */
export type Part = 'train' | 'validation' | 'test';
export const PARTS: readonly Part[] = ['train', 'validation', 'test'];

/** How people look at the board; it stands in the address, so that it is there again when the page is loaded again. */
export interface View {
  readonly filter: string;
  /** One of `STATE_GROUPS`; `''` for all. */
  readonly state: string;
  readonly sort: { readonly by: string; readonly down: boolean };
  /** Columns of numbers; null for those that are shown at first. */
  readonly columns: readonly string[] | null;
  /** Names of chosen runs, each with the number of its colour; null before anybody chose. */
  readonly chosen: ReadonlyMap<string, number> | null;
  readonly along: Along;
  readonly isLogarithmic: boolean;
  /** Whether what is far above or below everything else is drawn, too. */
  readonly hasOutliers: boolean;
  /** From 0 to below 1, as TensorBoard has it. */
  readonly smoothing: number;
  readonly hidden: readonly Part[];
}

export const FIRST_VIEW: View = {
  filter: '',
  state: '',
  sort: { by: 'started', down: true },
  columns: null,
  chosen: null,
  along: 'epoch',
  isLogarithmic: false,
  hasOutliers: false,
  smoothing: 0,
  hidden: [],
};

const ALONGS: readonly Along[] = ['epoch', 'step', 'seconds'];
export const MOST_SMOOTHING = 0.99;

/** The view as the part of an address behind `#`; what is as at first is left out. */
export function formatView(view: View): string {
  const { filter, state, sort, columns, chosen, along, isLogarithmic, hasOutliers, smoothing, hidden } = view;
  const words = new URLSearchParams();
  if (filter !== '') words.set('filter', filter);
  if (state !== '') words.set('state', state);
  if (sort.by !== FIRST_VIEW.sort.by || sort.down !== FIRST_VIEW.sort.down)
    words.set('sort', `${sort.down ? '-' : ''}${sort.by}`);
  if (columns !== null) words.set('columns', columns.join(' '));
  if (chosen !== null) {
    if (chosen.size === 0) words.set('none', '');
    for (const [name, tone] of chosen) words.append('run', `${tone} ${name}`);
  }
  if (along !== FIRST_VIEW.along) words.set('by', along);
  if (isLogarithmic) words.set('log', '');
  if (hasOutliers) words.set('outliers', '');
  if (smoothing !== 0) words.set('smooth', String(smoothing));
  if (hidden.length > 0) words.set('hide', hidden.join(' '));
  return words.toString();
}

/** The view of an address; what it does not say, or says wrongly, is as at first. */
export function parseView(text: string): View {
  const words = new URLSearchParams(text);
  const sort = words.get('sort') ?? '-started';
  const along = words.get('by') as Along;
  const smoothing = Number(words.get('smooth') ?? 0);
  const hidden = (words.get('hide') ?? '').split(' ');
  const runs = words.getAll('run').flatMap((word): readonly (readonly [string, number])[] => {
    const [, tone, name] = /^(\d{1,4}) ([\s\S]+)$/.exec(word) ?? [];
    return name === undefined ? [] : [[name, Number(tone)]];
  });
  return {
    filter: words.get('filter') ?? '',
    state: words.get('state') ?? '',
    sort: { by: sort.replace(/^-/, ''), down: sort.startsWith('-') },
    columns: words.get('columns')?.split(' ').filter(Boolean) ?? null,
    chosen: runs.length === 0 && !words.has('none') ? null : new Map(runs),
    along: ALONGS.includes(along) ? along : FIRST_VIEW.along,
    isLogarithmic: words.has('log'),
    hasOutliers: words.has('outliers'),
    smoothing: smoothing > 0 && smoothing <= MOST_SMOOTHING ? smoothing : 0,
    hidden: PARTS.filter((part) => hidden.includes(part)),
  };
}

/** Chooses runs, each with a colour that none of the others has. */
export function choose(chosen: ReadonlyMap<string, number>, names: readonly string[]): ReadonlyMap<string, number> {
  const all = new Map(chosen);
  for (const name of names) {
    if (all.has(name)) continue;
    const taken = new Set(all.values());
    let tone = 0;
    while (taken.has(tone)) tone += 1;
    all.set(name, tone);
  }
  return all;
}

/** Takes runs out of the chosen ones; the others keep their colours. */
export function leave(chosen: ReadonlyMap<string, number>, names: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...chosen].filter(([name]) => !names.includes(name)));
}
