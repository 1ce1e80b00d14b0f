import type { TextPreparation } from '@descent/datasets';

/** How many tokens there are: the characters of the texts, one for padding and one for others. */
export function tokenCount({ tokens }: TextPreparation): number {
  return tokens.kind === 'characters' ? tokens.characters.length + 2 : 0;
}
