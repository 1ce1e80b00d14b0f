import type { Node } from '@descent/core';
import { broadcastTo, cast, mul, scalar } from '@descent/core/ops';
import { number } from '../attributes.ts';
import { ifOperator } from '../loops/if.ts';
import { loop } from '../loops/loop.ts';
import { scanOperator } from '../loops/scan.ts';
import type { Rules } from '../rule.ts';

/** Dropout, and control flow. */
export const CONTROL: Rules = {
  Dropout: (node, c) => {
    const x = c.node(0);
    const ratio = node.opset < 12 ? number(node, 'ratio', 0.5) : c.number(1, 0.5);
    const isMask = node.outputs.length > 1;
    const maskType = node.opset < 10 ? 'float32' : 'bool';
    const ones = (): Node => broadcastTo(scalar(1, maskType), x.type.shape);
    if (!c.training || ratio === 0) return isMask ? [x, ones()] : x;
    if (!(ratio > 0 && ratio < 1)) throw c.unsupported(`ratio ${ratio}`, 'a number from 0 to below 1');
    const keep = c.random({ kind: 'bernoulli', p: 1 - ratio }, x.type.shape);
    const y = mul(mul(x, cast(keep, 'float32')), 1 / (1 - ratio));
    return isMask ? [y, cast(keep, maskType)] : y;
  },
  If: ifOperator,
  Loop: loop,
  Scan: scanOperator,
};
