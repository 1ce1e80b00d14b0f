import type { CallDescription } from '@descent/cli/config';
import { hasWords, wordsOf } from '../../ui/search-text.ts';
import { LAYER_CALLS } from './arguments.ts';
import { GROUPS, type GroupName, layerSearchTexts } from './layer-texts.ts';

export interface LayerGroup {
  readonly name: GroupName;
  readonly layers: readonly CallDescription[];
}

const GROUPED: readonly string[] = Object.values(GROUPS).flat();

/** All layers of core that have every word of `text` in their names or words, in groups; those with it in their names come first. */
export function findLayers(text: string): readonly LayerGroup[] {
  const words = wordsOf(text);
  const names: Readonly<Record<GroupName, readonly string[]>> = {
    ...GROUPS,
    other: LAYER_CALLS.map(({ name }) => name).filter((name) => !GROUPED.includes(name)),
  };
  return (Object.entries(names) as [GroupName, readonly string[]][])
    .map(([name, group]) => {
      const layers = group.flatMap((one) => LAYER_CALLS.filter((call) => call.name === one));
      const named = layers.filter((one) => hasWords(words, [one.name]));
      const told = layers.filter((one) => !named.includes(one) && hasWords(words, layerSearchTexts(one.name)));
      return { name, layers: [...named, ...told] };
    })
    .filter(({ layers }) => layers.length > 0);
}
