import { createRequire } from 'node:module';
import { test } from 'vitest';
import { createWriter, typeAndShape } from '../src/tf-graph/writer.ts';
import { openSession } from '../src/tf-graph/session.ts';
import { ints, text, type, bool } from '../src/tf-graph/attrs.ts';
const binding = createRequire(import.meta.url)('/tmp/tfn/b/lib/napi-v8/tfjs_binding.node');
const make = (name: string) => {
  const g = createWriter();
  const t = { dtype: 'float32', shape: [2] } as const;
  const h = g.node('VarHandleOp', [], typeAndShape('float32', [2]), { name });
  const p = g.op('Placeholder', [], typeAndShape('float32', [2]), t, { name: 'p' });
  const c = g.op('DeepCopy', [p], { T: type('float32') }, t);
  const a = g.node('AssignVariableOp', [h, c.name], { dtype: type('float32') }, { name: 'assign' });
  const z = g.scalar(0, 'int32');
  g.op('Identity', [z], { T: type('int32') }, z, { name: 'set', after: [a] });
  const r = g.op('ReadVariableOp', [{ ...t, name: h }], { dtype: type('float32') }, t, { name: 'r' });
  g.op('Identity', [r], { T: type('float32') }, t, { name: 'get' });
  return openSession(binding, g.nodes);
};
test('shared', () => {
  const [s1, s2] = [make('v'), make('v')];
  s1.run(['set'], new Map([['p', binding.createTensor([2], 1, Float32Array.of(1, 2))]]));
  for (const s of [s1, s2]) try { console.log('got', binding.tensorDataSync(s.run(['get'], new Map())[0]).join()); } catch (e) { console.log('got', String(e).slice(0, 300)); }
  s1.dispose();
  try { console.log('got', binding.tensorDataSync(s2.run(['get'], new Map())[0]).join()); } catch (e) { console.log('got', String(e).slice(0, 300)); }
});
