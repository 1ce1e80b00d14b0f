import { type Node, ndarray } from '@descent/core';
import {
  add,
  cast,
  constant,
  equal,
  gather,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalNot,
  logicalOr,
  matmul,
  mul,
  reshape,
  sum,
  transpose,
  where,
} from '@descent/core/ops';
import { numbers, text, texts } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext } from '../rule.ts';

/** One decision: what is compared, and the leaves that are reached where it holds and where it does not. */
interface Decision {
  readonly feature: number;
  readonly value: number;
  readonly whenTrue: ReadonlySet<number>;
  readonly whenFalse: ReadonlySet<number>;
  readonly takesMissing: boolean;
}

interface Tree {
  readonly decisions: readonly Decision[];
  /** For each leaf, what it adds to each result. */
  readonly leaves: readonly (readonly number[])[];
}

/** Comparisons of a feature with a number. */
const MODES: Readonly<Record<string, (a: Node, b: Node) => Node>> = {
  BRANCH_LEQ: lessEqual,
  BRANCH_LT: less,
  BRANCH_GTE: greaterEqual,
  BRANCH_GT: greater,
  BRANCH_EQ: equal,
  BRANCH_NEQ: (a, b) => logicalNot(equal(a, b)),
};

/**
 * Decision trees without a step from node to node (Nakandala et al. 2020, Hummingbird): all decisions are taken at once, a product with a matrix counts
 * for each leaf how many of them lead to it, and where all do, its numbers count. `[batch, features] → [batch, count]`.
 */
export function treeEnsemble(node: ImportedNode, c: RuleContext, prefix: 'class' | 'target', count: number): Node {
  const x = cast(c.node(0), 'float32');
  const trees = treesOf(node, c, prefix, count);
  const modes = new Set(texts(node, 'nodes_modes').filter((mode) => mode !== 'LEAF'));
  const [mode = 'BRANCH_LEQ'] = modes;
  const compare = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (modes.size > 1 || compare === undefined) {
    throw c.unsupported(
      `decisions by ${[...modes].join(', ')}`,
      `one of ${Object.keys(MODES).join(', ')} in all nodes`,
    );
  }
  const [most, leaves] = [
    Math.max(1, ...trees.map((t) => t.decisions.length)),
    Math.max(1, ...trees.map((t) => t.leaves.length)),
  ];
  // Trees are filled up to one size: with decisions that lead nowhere, and with leaves that no sample reaches.
  const each = <T>(f: (d: Decision | undefined) => T): T[] =>
    trees.flatMap(({ decisions }) => Array.from({ length: most }, (_, i) => f(decisions[i])));
  const features = constant(ndarray('int32', [trees.length * most], Int32Array.from(each((d) => d?.feature ?? 0))));
  const values = constant(ndarray('float32', [1, trees.length * most], Float32Array.from(each((d) => d?.value ?? 0))));
  const missing = each((d) => (d?.takesMissing === true ? 1 : 0));
  const seen = gather(x, features, 1);
  const plain = compare(seen, values);
  const holds = missing.includes(1)
    ? logicalOr(
        plain,
        greater(
          mul(
            cast(logicalNot(equal(seen, seen)), 'float32'),
            constant(ndarray('float32', [1, missing.length], Float32Array.from(missing))),
          ),
          0,
        ),
      )
    : plain;
  const batch = x.type.shape[0] as number;
  const taken = transpose(reshape(cast(holds, 'float32'), [batch, trees.length, most]), [1, 0, 2]);
  // +1 for a decision that has to hold, −1 for one that may not; a leaf is reached where the sum is as large as it can be.
  const leads = new Float32Array(trees.length * most * leaves);
  const wanted = new Float32Array(trees.length * leaves).fill(most + 1);
  const results = new Float32Array(trees.length * leaves * count);
  trees.forEach((tree, t) => {
    tree.leaves.forEach((numbersOfLeaf, leaf) => {
      let needed = 0;
      tree.decisions.forEach((decision, d) => {
        const sign = decision.whenTrue.has(leaf) ? 1 : decision.whenFalse.has(leaf) ? -1 : 0;
        leads[(t * most + d) * leaves + leaf] = sign;
        if (sign > 0) needed++;
      });
      wanted[t * leaves + leaf] = needed;
      results.set(numbersOfLeaf, (t * leaves + leaf) * count);
    });
  });
  const counts = matmul(taken, constant(ndarray('float32', [trees.length, most, leaves], leads)));
  const isReached = equal(counts, constant(ndarray('float32', [trees.length, 1, leaves], wanted)));
  const perTree = matmul(
    where(isReached, 1, constant(ndarray('float32', [], Float32Array.of(0)))),
    constant(ndarray('float32', [trees.length, leaves, count], results)),
  );
  return aggregated(node, c, perTree, trees.length, count);
}

function aggregated(node: ImportedNode, c: RuleContext, perTree: Node, trees: number, count: number): Node {
  const how = text(node, 'aggregate_function', 'SUM');
  if (how !== 'SUM' && how !== 'AVERAGE') throw c.unsupported(`aggregate_function '${how}'`, 'SUM or AVERAGE');
  const total = sum(perTree, { axes: [0] });
  const y = how === 'SUM' ? total : mul(total, 1 / trees);
  const base = numbers(node, 'base_values', []);
  if (base.length === 0) return y;
  if (base.length !== count) throw c.unsupported(`${base.length} base values`, `${count}`);
  return add(y, constant(ndarray('float32', [1, count], Float32Array.from(base))));
}

const MOST_NODES = 1_000_000;

/** A tree deeper than this would be a damaged file. */
const MOST_LEVELS = 1000;

function treesOf(node: ImportedNode, c: RuleContext, prefix: 'class' | 'target', count: number): readonly Tree[] {
  const [ids, trees] = [numbers(node, 'nodes_nodeids'), numbers(node, 'nodes_treeids')];
  const modes = texts(node, 'nodes_modes');
  const [yes, no] = [numbers(node, 'nodes_truenodeids'), numbers(node, 'nodes_falsenodeids')];
  const [features, values] = [numbers(node, 'nodes_featureids'), numbers(node, 'nodes_values')];
  const missing = numbers(node, 'nodes_missing_value_tracks_true', []);
  const lists = [trees, modes, yes, no, features, values];
  if (ids.length > MOST_NODES || lists.some((list) => list.length !== ids.length)) {
    throw c.unsupported(
      `${ids.length} nodes, and lists of ${lists.map((l) => l.length).join(', ')}`,
      'lists of one length',
    );
  }
  const place = new Map(ids.map((id, i) => [`${trees[i]}/${id}`, i]));
  const added = addedBy(node, c, prefix, count);
  return [...new Set(trees)].map((tree): Tree => {
    const decisions: Decision[] = [];
    const leaves: (readonly number[])[] = [];
    const seen = new Set<number>();
    /** The leaves below a node. */
    const below = (id: number, level: number): ReadonlySet<number> => {
      if (level > MOST_LEVELS) throw c.unsupported(`a tree of more than ${MOST_LEVELS} levels`, 'fewer');
      const at = place.get(`${tree}/${id}`);
      if (at === undefined || seen.has(at)) {
        throw c.unsupported(
          `node ${id} of tree ${tree}, ${at === undefined ? 'which is not there' : 'twice'}`,
          'a tree',
        );
      }
      seen.add(at);
      if (modes[at] === 'LEAF') {
        leaves.push(added.get(`${tree}/${id}`) ?? new Array<number>(count).fill(0));
        return new Set([leaves.length - 1]);
      }
      const [whenTrue, whenFalse] = [below(yes[at] as number, level + 1), below(no[at] as number, level + 1)];
      decisions.push({
        feature: features[at] as number,
        value: values[at] as number,
        whenTrue,
        whenFalse,
        takesMissing: missing[at] === 1,
      });
      return new Set([...whenTrue, ...whenFalse]);
    };
    const own = ids.filter((_, i) => trees[i] === tree);
    const isChild = new Set(
      ids.flatMap((_, i) => (trees[i] === tree && modes[i] !== 'LEAF' ? [yes[i] as number, no[i] as number] : [])),
    );
    below(own.find((id) => !isChild.has(id)) ?? (own[0] as number), 0);
    return { decisions, leaves };
  });
}

/** What each leaf adds to each result. */
function addedBy(
  node: ImportedNode,
  c: RuleContext,
  prefix: 'class' | 'target',
  count: number,
): ReadonlyMap<string, readonly number[]> {
  const [trees, ids] = [numbers(node, `${prefix}_treeids`), numbers(node, `${prefix}_nodeids`)];
  const [results, weights] = [numbers(node, `${prefix}_ids`), numbers(node, `${prefix}_weights`)];
  const found = new Map<string, number[]>();
  trees.forEach((tree, i) => {
    const key = `${tree}/${ids[i]}`;
    const list = found.get(key) ?? new Array<number>(count).fill(0);
    const at = count === 1 ? 0 : (results[i] as number);
    if (!(at >= 0 && at < count)) throw c.unsupported(`result ${at}`, `0 to ${count - 1}`);
    list[at] = (list[at] as number) + (weights[i] as number);
    found.set(key, list);
  });
  return found;
}
