import { ValueError } from '../errors.ts';
import type { Shape } from '../ir/shape.ts';
import { describeValue, expectFlag, expectNumber, expectOneOf, expectOptions, notWhatWasWanted } from '../options.ts';
import { expectRate, type Schedule } from '../schedules/rate.ts';

/** Parameters that an optimizer treats in their own way. What a group leaves out is as for all others. */
export interface ParameterGroup {
  /** The names: a regular expression, or its text. It may match anywhere in a name, such as `/\.bias$/` in `0.bias`. */
  readonly match: RegExp | string;
  /** The learning rate, in place of the optimizer's. */
  readonly lr?: Schedule;
  /** What the optimizer's learning rate is multiplied by, in place of a learning rate. */
  readonly lrFactor?: number;
  readonly weightDecay?: number;
  /** Whether they stay as they are: they have no gradients and no slots. */
  readonly frozen?: boolean;
}

/** What every optimizer takes besides its own options. */
export interface GroupOptions {
  /** Each option of a parameter comes from the first group that matches its name and has this option. */
  readonly groups?: readonly ParameterGroup[];
  /** `'weights'`: weight decay only for parameters of two or more axes, not for biases and norms. Default `'all'`. */
  readonly decay?: 'all' | 'weights';
}

/** The names of the options in `GroupOptions`. */
export const GROUP_OPTIONS: readonly string[] = ['groups', 'decay'];

type Grouped = Pick<GroupOptions, 'groups'>;

interface Named {
  readonly name: string;
  readonly shape: Shape;
}

/** Throws a `ValueError` that names the group and the option unless the options are what `GroupOptions` says. */
export function expectGroups(optimizer: string, { groups = [], decay = 'all' }: GroupOptions): void {
  expectOneOf(`${optimizer}.decay`, decay, ['all', 'weights']);
  if (!Array.isArray(groups)) {
    throw notWhatWasWanted(`${optimizer}.groups`, groups, {
      what: 'a list of groups',
      example: '[{ match: /\\.bias$/, weightDecay: 0 }]',
    });
  }
  for (const [i, group] of groups.entries()) expectGroup(`${optimizer}.groups[${i}]`, group as ParameterGroup);
}

function expectGroup(path: string, group: ParameterGroup): void {
  expectOptions(path, group, ['match', 'lr', 'lrFactor', 'weightDecay', 'frozen']);
  const { match, lr, lrFactor, weightDecay, frozen } = group;
  patternOf(`${path}.match`, match);
  if (lr !== undefined) expectRate(`${path}.lr`, lr);
  if (lrFactor !== undefined) expectNumber(`${path}.lrFactor`, lrFactor, { least: 0 });
  if (weightDecay !== undefined) expectNumber(`${path}.weightDecay`, weightDecay, { least: 0 });
  if (frozen !== undefined) expectFlag(`${path}.frozen`, frozen);
  if (lr !== undefined && lrFactor !== undefined) {
    throw new ValueError('a group has one learning rate', {
      path,
      received: 'lr and lrFactor',
      expected: "lr, or lrFactor, which multiplies the optimizer's lr",
    });
  }
  if (lr === undefined && lrFactor === undefined && weightDecay === undefined && frozen === undefined) {
    throw new ValueError('a group sets nothing', {
      path,
      received: `only match: ${String(match)}`,
      expected: 'lr, lrFactor, weightDecay or frozen beside it',
    });
  }
}

/** `match` as a regular expression. Throws a `ValueError` for what is none. */
export function patternOf(path: string, match: unknown): RegExp {
  if (match instanceof RegExp) return match;
  if (typeof match !== 'string' || match === '')
    throw notWhatWasWanted(path, match, { what: 'a regular expression or its text', example: '/\\.bias$/' });
  try {
    return new RegExp(match);
  } catch (cause) {
    throw new ValueError('the pattern is no regular expression', {
      path,
      received: describeValue(match),
      expected: "a regular expression's text, such as '\\\\.bias$'",
      fix: `correct it: ${(cause as Error).message}`,
      cause,
    });
  }
}

/** Whether `group` is for the parameter `name`. Not `test`, which remembers in the pattern where it was. */
function isFor({ match }: ParameterGroup, name: string): boolean {
  return name.search(patternOf('match', match)) !== -1;
}

/** The position of the group that the learning rate of a parameter comes from, or −1 for the optimizer's own. */
export function rateGroup({ groups = [] }: Grouped, name: string): number {
  return groups.findIndex((g) => (g.lr !== undefined || g.lrFactor !== undefined) && isFor(g, name));
}

/** The weight decay of each parameter, or one number where it is the same for all. */
export function decayOf(
  weightDecay: number,
  { groups = [], decay = 'all' }: GroupOptions,
): number | ((parameter: Named) => number) {
  const own = groups.filter((g) => g.weightDecay !== undefined);
  if (own.length === 0 && decay === 'all') return weightDecay;
  return ({ name, shape }) =>
    own.find((g) => isFor(g, name))?.weightDecay ?? (decay === 'weights' && shape.length < 2 ? 0 : weightDecay);
}

/** Whether a group freezes the parameter `name`. */
export function isFrozenBy({ groups = [] }: Grouped, name: string): boolean {
  return groups.find((g) => g.frozen !== undefined && isFor(g, name))?.frozen === true;
}

/**
 * Checks that each group is for a parameter of the network.
 * @throws ValueError that lists the names, for a pattern that matches none.
 */
export function expectMatches(
  { label, groups = [] }: Grouped & { readonly label: string },
  parameters: readonly (Named & { readonly trainable?: boolean })[],
): void {
  for (const [i, group] of groups.entries()) {
    // What the layers set themselves, such as a running mean, can only be frozen.
    const candidates = parameters.filter((p) => p.trainable !== false || group.frozen !== undefined);
    expectMatch(`${label}.groups[${i}].match`, patternOf('match', group.match), candidates);
  }
}

/** Throws a `ValueError` that lists the names unless `pattern` matches one of them. */
export function expectMatch(path: string, pattern: RegExp, parameters: readonly Named[]): void {
  if (parameters.some(({ name }) => name.search(pattern) !== -1)) return;
  throw new ValueError('the pattern matches no parameter', {
    path,
    received: String(pattern),
    expected: `a pattern for some of: ${namesOf(parameters)}`,
    fix: 'correct the pattern, or leave it out',
  });
}

const MOST_NAMES = 40;

function namesOf(parameters: readonly Named[]): string {
  if (parameters.length === 0) return '(there are no parameters)';
  const names = parameters.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = parameters.length - names.length;
  return `${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
