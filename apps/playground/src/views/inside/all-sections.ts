import { SECTION_NAMES, type Section } from './section.ts';

const found = import.meta.glob<Section>('./*/section.ts', { import: 'section', eager: true });

/** Every section, in the order of the index. */
export const SECTIONS: readonly Section[] = SECTION_NAMES.map((name) => found[`./${name}/section.ts`] as Section);
