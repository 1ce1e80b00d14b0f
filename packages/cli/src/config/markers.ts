import { type Parameter, parameterOf } from '../sweep/space/parameter.ts';
import { isObject } from './is-object.ts';
import { placesIn } from './places.ts';

/** Deeper than any config; what holds itself ends here. */
const MOST_DEEP = 40;

/** The ranges and choices that stand in a config as `{ "$range": … }` and `{ "$choice": … }`, by their paths. */
export function markersIn(config: unknown): ReadonlyMap<string, Parameter> {
  const found = new Map<string, Parameter>();
  visit(config, [], found);
  return found;
}

function visit(value: unknown, path: readonly string[], found: Map<string, Parameter>): void {
  if (!isObject(value) || path.length > MOST_DEEP) return;
  const parameter = parameterOf(value, path.join('.'));
  if (parameter !== undefined) found.set(path.join('.'), parameter);
  else for (const [key, one] of placesIn(value, path)) visit(one, [...path, key], found);
}
