import { NETWORKS, type NetworkEntry } from '../networks/networks.ts';
import { SCALES } from './scales.ts';

/** A network by its name, those in other sizes included. */
export function networkEntry(name: string): NetworkEntry {
  const entry =
    (NETWORKS as Readonly<Record<string, NetworkEntry>>)[name] ?? SCALES.find((scale) => scale.name === name);
  if (entry === undefined) throw new RangeError(`there is no network ${name}`);
  return entry;
}
