import { ShapeError } from '../../errors.ts';
import { formatShape, type Shape } from '../../ir/shape.ts';
import { expectCount } from '../../options.ts';
import { type Rank, THINGS } from './_window.ts';

/** Throws unless a batch of shape `x` has the channels that a weight `[out, in / groups, …]` takes. */
export function expectChannels(op: string, x: Shape, w: Shape, groups: number, rank: Rank): void {
  const [, channels] = x as readonly [number, number];
  const [filters, perGroup] = w as readonly [number, number];
  if (channels === perGroup * groups && filters % groups === 0) return;
  const thing = THINGS[rank];
  throw new ShapeError(`${op}: the channels of the ${thing} and of the weight do not fit`, {
    received: `${thing} ${formatShape(x)}, weight ${formatShape(w)}, groups ${groups}`,
    expected: `${rank === 2 ? 'an' : 'a'} ${thing} of ${perGroup} × ${groups} = ${perGroup * groups} channels, and filters divisible by the groups`,
  });
}

/** Throws unless a batch of shape `x` has the channels that a transposed weight `[in, out / groups, …]` takes. */
export function expectTransposedChannels(op: string, x: Shape, w: Shape, groups: number, rank: Rank): void {
  expectCount(op, 'groups', groups);
  const [, channels] = x as readonly [number, number];
  const [taken] = w as readonly [number];
  if (channels === taken && channels % groups === 0) return;
  const thing = THINGS[rank];
  throw new ShapeError(`${op}: the channels of the ${thing} and of the weight do not fit`, {
    received: `${thing} ${formatShape(x)}, weight ${formatShape(w)}, groups ${groups}`,
    expected: `a weight [in, out / groups, …] for ${channels} channels, which the groups divide`,
  });
}
