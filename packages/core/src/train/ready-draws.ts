import type { DrawInput, ReadyDraw } from './draws.ts';

/** The same draws, with what makes them; a page fetches that of a Gaussian when something is drawn from one. */
export async function readyDraws(draws: readonly DrawInput[]): Promise<readonly ReadyDraw[]> {
  if (!draws.some(({ distribution }) => distribution.kind === 'normal')) return draws;
  const { normal } = await import('../random/normal.ts');
  return draws.map((draw) => ({ ...draw, normal }));
}
