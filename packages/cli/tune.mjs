import { createTrainer, fit, cosine, sgd } from '@descent/core';
import { loader } from '@descent/datasets';
import { onnx } from '@descent/backend-onnx';
import { loadRecipe, RECIPES } from './dist/demo/recipes.js';
const [which, bs, lr, wd, epochs, seeds, threads, spin, sched] = process.argv.slice(2);
const recipe = RECIPES.find(r => r.name === which);
const { model, loss, metrics, data, optimizer } = await loadRecipe(recipe, process.cwd());
const { train, test } = await data.load();
const backend = onnx({ threads: +threads, spinning: spin === '1' });
const acc = []; const t0 = performance.now(); const c0 = process.cpuUsage();
for (let seed = 0; seed < +seeds; seed++) {
  const opt = lr === '-' ? optimizer : sgd({ lr: sched === 'cos' ? cosine({ lr: +lr, min: +lr / 50, steps: +epochs * Math.ceil(8000 / +bs) }) : +lr, momentum: .9, weightDecay: +wd });
  const trainer = await createTrainer({ model, loss, optimizer: opt, metrics, seed, backend });
  const { history } = await fit(trainer, { train: loader(train, { batchSize: +bs, shuffle: true, seed }), test: loader(test, { batchSize: 500 }), epochs: +epochs, log: null });
  acc.push(history.at(-1).test.accuracy); trainer.dispose();
}
const { user } = process.cpuUsage(c0);
const m = acc.reduce((a, b) => a + b) / acc.length;
console.log(process.argv.slice(2).join(' '), 'mean', m.toFixed(4), acc.join(' '), 'wall/seed', ((performance.now() - t0) / 1000 / seeds).toFixed(1), 'cpu/seed', (user / 1e6 / seeds).toFixed(1));
