import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  batchNorm2d,
  conv2d,
  createPredictor,
  decodeSafetensors,
  flatten,
  linear,
  ndarray,
  relu,
  sequential,
  toParameters,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';

const SCRIPT = `
import json, sys, torch
from torch import nn
from safetensors.torch import save_file
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(36, 3))
for _ in range(3): net(torch.randn(8, 2, 5, 5))
net.eval()
x, answers = torch.randn(4, 2, 5, 5), {}
for name, kind in [('float', torch.float32), ('double', torch.float64), ('half', torch.float16), ('bfloat', torch.bfloat16)]:
    net.to(kind)
    save_file(net.state_dict(), f'{sys.argv[1]}/{name}.safetensors')
    with torch.no_grad(): answers[name] = net.float()(x).flatten().tolist()
print(json.dumps({'x': x.flatten().tolist(), 'answers': answers}))`;

const python = process.env['DESCENT_PYTHON'] ?? 'python3';

test("PyTorch's weights of each float type compute what PyTorch computes", async ({ skip }) => {
  let reason: string | undefined;
  try {
    execFileSync(python, ['-c', 'import torch, safetensors.torch'], { stdio: 'ignore' });
  } catch {
    reason = `'${python} -c "import torch, safetensors.torch"' fails: set DESCENT_PYTHON to a Python that has them`;
    console.log(`weights of PyTorch: not run: ${reason}`);
  }
  skip(reason !== undefined, reason);
  const folder = mkdtempSync(join(tmpdir(), 'descent-torch-weights-'));
  try {
    const printed = execFileSync(python, ['-c', SCRIPT, folder], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    const { x, answers } = JSON.parse(printed) as { x: number[]; answers: Record<string, number[]> };
    const model = sequential(conv2d(2, 4, 3), batchNorm2d(4), relu(), flatten(), linear(36, 3));
    const backend = referenceBackend({ precision: 'float32' });
    for (const [name, expected] of Object.entries(answers)) {
      const file = decodeSafetensors(readFileSync(join(folder, `${name}.safetensors`)), name);
      expect(file.skipped).toEqual(['1.num_batches_tracked']);
      const parameters = toParameters(model, file.tensors);
      const predictor = await createPredictor({ model, parameters, sample: { shape: [2, 5, 5] }, backend });
      const y = await predictor.predict(ndarray('float32', [4, 2, 5, 5], Float32Array.from(x)));
      predictor.dispose();
      for (const [i, v] of expected.entries()) expect(Math.abs((y.data[i] as number) - v), name).toBeLessThan(1e-5);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
