import { VIEW_NAMES, type View } from './view.ts';

const found = import.meta.glob<View>('./*/view.tsx', { import: 'view', eager: true });

/** Every view, in the order of the navigation. */
export const VIEWS: readonly View[] = VIEW_NAMES.map((name) => found[`./${name}/view.tsx`] as View);
