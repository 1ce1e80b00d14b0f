import { gridValues, type Json, type Space, type Values } from '../space/parameter.ts';

/** How many points the grid of a space has. Throws a UsageError for a range that does not say how many values it takes. */
export function gridSize(space: Space): number {
  return axes(space).reduce((product, [, values]) => product * values.length, 1);
}

/** The point of the grid at a position from 0: the last parameter changes first. */
export function gridPoint(space: Space, position: number): Values {
  let rest = position;
  const entries: [string, Json][] = [];
  for (const [name, values] of axes(space).reverse()) {
    entries.unshift([name, values[rest % values.length] as Json]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries);
}

function axes(space: Space): [string, readonly Json[]][] {
  return Object.entries(space).map(([name, parameter]) => [name, gridValues(name, parameter)]);
}
