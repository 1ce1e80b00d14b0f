import * as d from '@descent/core';
import { trainProgram, names } from '../core/src/train/step.ts';
import { initParameters } from '../core/src/model/index.ts';
import { onnx } from './src/public/index.ts';
import { referenceBackend } from '@descent/core/reference';
import { writeFileSync } from 'node:fs';
export const nets = {
  mlp: () => d.sequential(d.flatten(), d.rescale(1 / 255), d.linear(784, 256), d.relu(), d.linear(256, 10)),
  lenet: () => d.sequential(d.rescale(1 / 255), d.conv2d(1, 6, 5), d.relu(), d.maxPool2d(2), d.conv2d(6, 16, 5), d.relu(), d.maxPool2d(2), d.flatten(), d.linear(256, 120), d.relu(), d.linear(120, 84), d.relu(), d.linear(84, 10)),
  cnn: () => d.sequential(d.rescale(1 / 255), d.conv2d(1, 32, 3, { padding: 1 }), d.relu(), d.conv2d(32, 64, 3, { padding: 1 }), d.relu(), d.maxPool2d(2), d.flatten(), d.linear(12544, 128), d.relu(), d.linear(128, 10)),
};
export const batch = { mlp: 200, lenet: 200, cnn: 64 };
const [which = 'mlp', threads = '1', mode = 'time', rounds = '40'] = process.argv.slice(2);
const kind = which as keyof typeof nets;
const B = Number(process.env['B'] ?? batch[kind]);
const recipe = { model: nets[kind](), loss: d.crossEntropy(), optimizer: d.sgd({ lr: 0.1 }), metrics: [] };
const { program } = trainProgram(recipe, { kind: 'fed', x: { dtype: 'uint8', shape: [B, 1, 28, 28] }, y: { dtype: 'uint8', shape: [B] } });
const params = initParameters(recipe.model, 0);
let seed = 1;
const rnd = () => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 8) / (0x7fffffff >> 8);
const x = d.ndarray('uint8', [B, 1, 28, 28], Uint8Array.from({ length: B * 784 }, () => (rnd() < 0.5 ? 0 : Math.floor(rnd() * 256))));
const y = d.ndarray('uint8', [B], Uint8Array.from({ length: B }, () => Math.floor(rnd() * 10)));
const feeds = { x, y, [names.scalar('lr')]: d.ndarray('float32', [], Float32Array.of(0.1)) };
const entries = Object.fromEntries(Object.entries(params).map(([k, v]) => [names.parameter(k), v]));
const b = onnx({ threads: Number(threads), dialect: (process.env['DIALECT'] ?? 'cpu') as 'cpu' });
const t0 = performance.now();
const e = await b.compile(program, { purpose: 'training' });
const tc = performance.now() - t0;
const state = await b.state(entries);
if (mode === 'print') console.log(e.describe());
if (mode === 'check') {
  const r = referenceBackend();
  const re = await r.compile(program); const rs = await r.state(entries);
  for (let i = 0; i < 3; i++) console.log((await e.run(feeds, state))['loss']!.data[0], (await re.run(feeds, rs))['loss']!.data[0]);
  const a = await state.read(), c = await rs.read();
  for (const k of Object.keys(a)) { let w = 0; for (let i = 0; i < a[k]!.data.length; i++) w = Math.max(w, Math.abs(Number(a[k]!.data[i]) - Number(c[k]!.data[i]))); console.log(k, w); }
}
if (mode === 'time') {
  for (let i = 0; i < 10; i++) await e.run(feeds, state);
  const cpu: number[] = [], wall: number[] = [];
  for (let r = 0; r < Number(rounds); r++) {
    const c0 = process.cpuUsage(), w0 = performance.now();
    const n = kind === 'mlp' ? 20 : kind === 'lenet' ? 4 : 1;
    for (let i = 0; i < n; i++) await e.run(feeds, state);
    const c1 = process.cpuUsage(c0);
    cpu.push((c1.user + c1.system) / 1000 / n); wall.push((performance.now() - w0) / n);
    if (Number(threads) > 1) await new Promise((ok) => setTimeout(ok, 200));
  }
  const med = (v: number[]) => [...v].sort((p, q) => p - q)[v.length >> 1]!.toFixed(3);
  console.log(kind, 'compile', tc.toFixed(1), 'cpu med', med(cpu), 'min', Math.min(...cpu).toFixed(3), 'wall med', med(wall), 'min', Math.min(...wall).toFixed(3));
}
if (mode === 'loop') {
  const k = Number(rounds);
  const rep = (a: d.NDArray) => ({ dtype: a.dtype, shape: [k, ...a.shape], data: (() => { const o = a.data.slice(0, 0).constructor as never; const out = new (o as unknown as new (n: number) => Uint8Array)(a.data.length * k); for (let i = 0; i < k; i++) out.set(a.data as Uint8Array, i * a.data.length); return out; })() }) as d.NDArray;
  const many = Object.fromEntries(Object.entries(feeds).map(([n, a]) => [n, rep(a)]));
  const s2 = await b.state(entries);
  const out = await e.runSteps(k, many, s2);
  const single: number[] = [];
  for (let i = 0; i < k; i++) single.push((await e.run(feeds, state))['loss']!.data[0] as number);
  console.log(Array.from(out['loss']!.data).slice(-3), single.slice(-3), 'max diff', Math.max(...single.map((v, i) => Math.abs(v - (out['loss']!.data[i] as number)))));
  const w: number[] = [];
  for (let r = 0; r < 10; r++) { const c0 = process.cpuUsage(); await e.runSteps(k, many, s2); const c = process.cpuUsage(c0); w.push((c.user + c.system) / 1000 / k); }
  console.log('loop cpu ms/step min', Math.min(...w).toFixed(3));
}
await b.dispose();
