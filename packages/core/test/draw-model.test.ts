import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawModel } from '../src/public/draw.ts';
import {
  type AnyLayer,
  dropout,
  embedding,
  identity,
  type Layer,
  layer,
  layerNorm,
  linear,
  lora,
  type Node,
  parameter,
  relu,
  residual,
  sequential,
  summarize,
  tanh,
  tie,
  transformerEncoder,
  transformerEncoderLayer,
} from '../src/public/index.ts';
import { add, concat, mul, reshape, sum } from '../src/public/ops.ts';
import { type Picture, pictureOf, type Rect, within } from './_svg.ts';
import { DRAWN_MODELS, type DrawnModel } from './drawn-models.ts';

const MODELS: readonly (readonly [string, DrawnModel])[] = Object.entries(DRAWN_MODELS);

function draw({ model, sample, depth }: DrawnModel): Picture {
  return pictureOf(drawModel(model, { sample, ...(depth !== undefined && { depth }) }));
}

const sorted = (edges: readonly string[]): readonly string[] => [...edges].sort();
const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const contains = (a: Rect, b: Rect): boolean =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;
/** Everything that a picture promises whatever the network. */
function expectSound({ root, rects }: Picture): void {
  const [left, top, width, height] = (root.attributes['viewBox'] ?? '').split(' ').map(Number);
  const page = { key: '', kind: 'page', x: left, y: top, width, height } as Rect;
  expect(rects.length).toBeGreaterThan(0);
  expect(
    rects.flatMap((rect) => (Object.values(rect).includes(Number.NaN) || !contains(page, rect) ? [rect] : [])),
  ).toEqual([]);
  // Boxes lie apart, or one in another, which is then open.
  const wrong = rects.flatMap((a, i) =>
    rects.slice(i + 1).flatMap((b) => {
      const isInside = (a.kind === 'frame' && contains(a, b)) || (b.kind === 'frame' && contains(b, a));
      return overlap(a, b) && !isInside ? [[a.key, b.key]] : [];
    }),
  );
  expect(wrong).toEqual([]);
  expect(new Set(rects.map(({ key }) => key)).size).toBe(rects.length);
}

describe('every picture', () => {
  test.each(MODELS)('is sound, and the same each time: %s', (_, drawn) => {
    const options = { sample: drawn.sample, ...(drawn.depth !== undefined && { depth: drawn.depth }) };
    const svg = drawModel(drawn.model, options);
    expect(drawModel(drawn.model, options)).toBe(svg);
    expectSound(pictureOf(svg));
  });

  test.each(MODELS)('lines end at boxes, and cross none: %s', (_, drawn) => {
    const { root, rects } = draw(drawn);
    const closed = rects.filter(({ kind }) => kind !== 'frame');
    const lines = within(root).filter(({ attributes }) => attributes['class'] === 'edge');
    for (const { attributes } of lines) {
      const points = pointsOf(attributes['d'] ?? '');
      const crossed = closed.filter(({ x, y, width, height }) =>
        points.some(([px, py]) => px > x + 1 && px < x + width - 1 && py > y + 1 && py < y + height - 1),
      );
      expect(crossed, `${attributes['data-from']} > ${attributes['data-to']}`).toEqual([]);
    }
  });

  test('says in its boxes what the summary says', () => {
    const { model, sample } = DRAWN_MODELS.lenet;
    const { texts } = draw(DRAWN_MODELS.lenet);
    for (const { path, label, outputShape, total } of summarize(model, sample).rows) {
      const text = texts.get(path) ?? '';
      expect(text).toContain(label.replace(/\(.*/, ''));
      expect(text).toContain(outputShape.slice(1).join(' × '));
      if (total > 0) expect(text).toContain(total.toLocaleString('en-US'));
    }
    expect(texts.get('0')).toBe('conv2d | 1 → 6, 5×5, padding 2 | 6 × 28 × 28 | 156');
  });

  const tied = tie(sequential(embedding(100, 8), linear(8, 8), linear(8, 100)), { '2.weight': '0.weight' });
  const adapted = lora(sequential(linear(4, 32), relu(), linear(32, 3)), { kind: 'linear' }, { rank: 2 });
  test.each([
    ...MODELS,
    ['tied weights', { model: tied, sample: { shape: [5], dtype: 'int32' } }] as const,
    ['adapters', { model: adapted, sample: { shape: [4] } }] as const,
  ])('counts the parameters that the summary counts: %s', (_, { model, sample }) => {
    const [, description] = pictureOf(drawModel(model, { sample })).root.children;
    const { total } = summarize(model, sample);
    expect(description?.text).toContain(` with ${total.toLocaleString('en-US')} parameters.`);
  });

  test('can be heard', () => {
    const { root } = draw(DRAWN_MODELS.mlp);
    expect(root.attributes['role']).toBe('img');
    const [title, description] = root.children;
    expect([title?.tag, description?.tag]).toEqual(['title', 'desc']);
    expect(title?.text).toBe('sequential');
    expect(description?.text).toBe(
      'A network of 5 layers with 101,770 parameters. It takes input float32 1 × 28 × 28, and gives output float32 10. From the input on: ' +
        '0 flatten → 784; 1 linear(784 → 128) → 128, 100,480 parameters; 2 relu → 128; 3 dropout(0.5) → 128; 4 linear(128 → 10) → 10, 1,290 parameters.',
    );
  });

  test('is no wider than asked for', () => {
    const { model, sample } = DRAWN_MODELS.parallel;
    const { attributes } = pictureOf(drawModel(model, { sample, width: 300 })).root;
    expect(attributes['width']).toBe('300');
    const [, , width = 0, height = 0] = (attributes['viewBox'] ?? '').split(' ').map(Number);
    expect(width).toBeGreaterThan(300);
    expect(Number(attributes['height'])).toBe(Math.round((height * 300) / width));
  });
});

/** Points on a path, some of each curve. */
function pointsOf(path: string): readonly (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  let at: readonly [number, number] = [0, 0];
  for (const [, command, list = ''] of path.matchAll(/([MVCL])([^MVCL]*)/g)) {
    const numbers = list.trim().split(/[ ,]+/).map(Number);
    const [x0, y0] = at;
    if (command === 'C') {
      const [x1, y1, x2, y2, x3, y3] = numbers as [number, number, number, number, number, number];
      for (let t = 0.05; t < 1; t += 0.05) {
        const s = 1 - t;
        const mix = (a: number, b: number, c: number, d: number): number =>
          s ** 3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t ** 3 * d;
        points.push([mix(x0, x1, x2, x3), mix(y0, y1, y2, y3)]);
      }
      at = [x3, y3];
    } else {
      at = command === 'V' ? [x0, numbers[0] as number] : [numbers[0] as number, numbers[1] as number];
      if (command === 'V') for (let t = 0.1; t < 1; t += 0.1) points.push([x0, y0 + t * (at[1] - y0)]);
    }
    points.push(at);
  }
  return points;
}

describe('edges are the flow of the graph', () => {
  test('of a block of a ResNet: the input goes past both convolutions', () => {
    const edges = draw(DRAWN_MODELS.resnet).edges.filter((edge) => edge.startsWith('3'));
    expect(edges).toEqual(
      sorted([
        '3:entry0 > 3.conv1',
        '3.conv1 > 3.bn1',
        '3.bn1 > 3:op0',
        '3:op0 > 3.conv2',
        '3.conv2 > 3.bn2',
        '3.bn2 > 3:op1',
        '3:entry0 > 3:op1',
        '3:op1 > 3:exit0',
        '3 > 4',
      ]),
    );
    const { texts } = draw(DRAWN_MODELS.resnet);
    expect([texts.get('3:op0'), texts.get('3:op1')]).toEqual(['relu', 'add, relu']);
  });

  test('of residual, with and without a shortcut', () => {
    const edges = draw(DRAWN_MODELS.resnet).edges.filter((edge) => /^[12]/.test(edge));
    expect(edges).toEqual(
      sorted([
        ...['1:entry0 > 1.inner', '1:entry0 > 1:op0', '1.inner > 1:op0', '1:op0 > 1:exit0', '1 > 2'],
        ...['2:entry0 > 2.inner', '2:entry0 > 2.shortcut', '2.inner > 2:op0', '2.shortcut > 2:op0', '2:op0 > 2:exit0'],
        '2 > 3',
      ]),
    );
  });

  test('of a U-Net: what went down is joined to what comes up', () => {
    const { edges, texts } = draw(DRAWN_MODELS.unet);
    expect(edges).toEqual(
      sorted([
        ':entry0 > down1',
        ...['down1 > pool1', 'pool1 > down2', 'down2 > pool2', 'pool2 > bottom', 'bottom > up2'],
        ...['up2 > :op0', 'down2 > :op0', ':op0 > join2', 'join2 > up1'],
        ...['up1 > :op1', 'down1 > :op1', ':op1 > join1', 'join1 > head', 'head > :exit0'],
      ]),
    );
    expect([texts.get(':op0'), texts.get(':op1')]).toEqual(['concat', 'concat']);
  });

  test('of two inputs, by name', () => {
    const { edges, texts } = draw({ ...DRAWN_MODELS.twoInputs, depth: 1 });
    expect(edges).toEqual(
      sorted([':entry0 > see', ':entry1 > read', 'see > :op0', 'read > :op0', ':op0 > decide', 'decide > :exit0']),
    );
    expect(texts.get(':entry0')).toBe('picture | 1 × 8 × 8');
    expect(texts.get(':entry1')).toBe('numbers | 3');
  });

  test('of several outputs, by name', () => {
    const { edges, texts } = draw({ ...DRAWN_MODELS.vae, depth: 1 });
    expect(edges).toEqual(
      sorted([
        ...[':entry0 > encode', 'encode > toMean', 'encode > toLogVariance', 'toMean > decode'],
        ...['decode > :exit0', 'toMean > :exit1', 'toLogVariance > :exit2'],
      ]),
    );
    expect([0, 1, 2].map((i) => texts.get(`:exit${i}`))).toEqual(['output | 12', 'mean | 2', 'logVariance | 2']);
  });

  test('of a block of a transformer that is written out', () => {
    const { edges, texts } = draw(DRAWN_MODELS.ownBlock);
    expect(edges.filter((edge) => edge.startsWith('0'))).toEqual(
      sorted([
        ...['0:entry0 > 0.ln1', '0.ln1 > 0.qkv', '0.qkv > 0:op0', '0:op0 > 0.proj', '0.proj > 0:op1'],
        ...['0:entry0 > 0:op1', '0:op1 > 0.ln2', '0.ln2 > 0.up', '0.up > 0.act', '0.act > 0.down'],
        ...['0.down > 0:op2', '0:op1 > 0:op2', '0:op2 > 0:exit0', '0 > 1'],
      ]),
    );
    expect([texts.get('0:op1'), texts.get('0:op2')]).toEqual(['add', 'add']);
  });

  test('of an encoder layer, through dropout that does nothing here', () => {
    const { edges } = draw({ model: transformerEncoderLayer(8, 2), sample: { shape: [5, 8] }, depth: 1 });
    expect(edges).toEqual(
      sorted([
        ...[':entry0 > self_attn', 'self_attn > dropout1', 'dropout1 > :op0', ':entry0 > :op0', ':op0 > norm1'],
        ...[
          'norm1 > linear1',
          'linear1 > activation',
          'activation > dropout',
          'dropout > linear2',
          'linear2 > dropout2',
        ],
        ...['dropout2 > :op1', 'norm1 > :op1', ':op1 > norm2', 'norm2 > :exit0'],
      ]),
    );
  });

  test('of a layer that is used twice: it has two boxes, and its weights count once', () => {
    const { edges, texts } = draw({ ...DRAWN_MODELS.siamese, depth: 1 });
    expect(edges).toEqual(
      sorted([
        ':entry0 > encode',
        ':entry1 > encode#2',
        'encode > :op0',
        'encode#2 > :op0',
        ':op0 > decide',
        'decide > :exit0',
      ]),
    );
    expect(texts.get('encode')).toBe('sequential | encode | 16 | 1,040');
    expect(texts.get('encode#2')).toBe('sequential | encode | 16 | shared');
  });

  test('of a loop whose step applies layers', () => {
    const { edges, texts } = draw(DRAWN_MODELS.scanned);
    expect(edges).toEqual(
      sorted([':entry0 > :op0', ':op0 > cell', 'cell > act', 'act > :op1', ':op1 > out', 'out > :exit0']),
    );
    expect([texts.get(':op0'), texts.get(':op1')]).toEqual(['transpose, concat', 'scan × 12']);
  });

  test('of tensors that functions close over', () => {
    let kept: Node | null = null;
    const keep: Layer = layer('keep', {}, (x) => {
      kept = mul(x, 2);
      return x;
    });
    const join: Layer = layer('join', {}, (x) => add(x, kept as Node));
    const { edges } = draw({ model: sequential(keep, tanh(), sequential(relu(), join)), sample: { shape: [3] } });
    expect(edges).toEqual(
      sorted([
        ...[':entry0 > 0', '0 > 1', '1 > 2', '0 > 2', '2 > :exit0'],
        ...['2:entry0 > 2.0', '2.0 > 2.1', '2:entry1 > 2.1', '2.1 > 2:exit0'],
      ]),
    );
  });

  test('of layers that give what they take, and of inputs that nothing takes', () => {
    const first = layer('first', { same: identity() }, ({ a }: { a: Node; b: Node }, { same }) => same(a));
    const model = sequential(first, dropout(0.5), identity());
    const sample = { a: { shape: [3] }, b: { shape: [4] } };
    const { edges, rects } = draw({ model, sample });
    expect(edges).toEqual(
      sorted([
        ...[':entry0 > 0', ':entry1 > 0', '0 > 1', '1 > 2', '2 > :exit0'],
        ...['0:entry0 > 0.same', '0.same > 0:exit0'],
      ]),
    );
    expect(rects.map(({ key }) => key)).toContain(':entry1');
  });

  test('of layers whose result nothing takes: they stand there with no way on', () => {
    const model = layer('wasteful', { used: linear(2, 3), unused: linear(2, 4) }, (x, { used, unused }) => {
      unused(x);
      return used(x);
    });
    expect(draw({ model, sample: { shape: [2] } }).edges).toEqual(
      sorted([':entry0 > unused', ':entry0 > used', 'used > :exit0']),
    );
  });

  test('of parameters that go into a layer', () => {
    const model = layer('queries', { q: parameter([4, 2]), fc: linear(2, 3) }, (x: Node, { q, fc }) =>
      add(sum(fc(q), { axes: [0] }), reshape(sum(x, { axes: [1] }), [-1, 1])),
    );
    const { edges, texts } = draw({ model, sample: { shape: [2] } });
    expect(edges).toEqual(sorted([':op0 > fc', 'fc > :op1', ':entry0 > :op2', ':op2 > :op1', ':op1 > :exit0']));
    expect(texts.get(':op0')).toBe('q');
  });

  test('of any wiring', () => {
    // Each layer gets the sum of some values before it; the output is the sum of all that nothing takes.
    const wiring = fc.array(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(wiring, (wanted) => {
        const sources = wanted.map((all, i) => [...new Set(all.map((n) => n % (i + 1)))]);
        const model = layer(
          'net',
          Object.fromEntries(sources.map((_, i) => [`l${i}`, linear(2, 2)])),
          (x: Node, parts) => {
            const values = [x];
            for (const [i, all] of sources.entries()) {
              const given = all.map((n) => values[n] as Node).reduce((a, b) => add(a, b));
              values.push((parts[`l${i}`] as (x: Node) => Node)(given));
            }
            return concat(values, 1);
          },
        );
        const picture = draw({ model, sample: { shape: [2] } });
        expectSound(picture);
        // Sums are boxes of their own: what leads to a layer is looked for through them.
        const before = new Map<string, string[]>();
        for (const edge of picture.edges) {
          const [from = '', to = ''] = edge.split(' > ');
          before.set(to, [...(before.get(to) ?? []), from]);
        }
        const layersBefore = (key: string): readonly string[] =>
          (before.get(key) ?? []).flatMap((from) => (from.includes(':op') ? layersBefore(from) : [from]));
        const nameOf = (n: number): string => (n === 0 ? ':entry0' : `l${n - 1}`);
        for (const [i, all] of sources.entries()) {
          expect(sorted([...new Set(layersBefore(`l${i}`))])).toEqual(sorted(all.map(nameOf)));
        }
        expect(sorted([...new Set(layersBefore(':exit0'))])).toEqual(
          sorted([0, ...sources.map((_, i) => i + 1)].map(nameOf)),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('containers', () => {
  const boxes = (picture: Picture): readonly string[] => picture.rects.map(({ key, kind }) => `${kind} ${key}`);

  test('are open to a depth', () => {
    const { model, sample } = DRAWN_MODELS.gpt;
    const at = (depth: number): readonly string[] => boxes(draw({ model, sample, depth }));
    expect(at(0)).toEqual(['entry :entry0', 'container ', 'exit :exit0']);
    expect(at(1)).toContain('container 2');
    expect(at(2)).toEqual(expect.arrayContaining(['frame 2', 'container 2.layers.0', 'layer 2.norm']));
    expect(at(3)).toEqual(expect.arrayContaining(['frame 2', 'frame 2.layers.0', 'container 2.layers.0.self_attn']));
    expect(at(4)).toEqual(
      expect.arrayContaining(['frame 2.layers.0.self_attn', 'layer 2.layers.0.self_attn.out_proj']),
    );
    expect(at(99)).toEqual(at(4));
  });

  test('a layer alone is a box', () => {
    const { edges, texts } = draw({ model: linear(2, 3), sample: { shape: [2] } });
    expect(edges).toEqual([' > :exit0', ':entry0 > ']);
    expect(texts.get('')).toBe('linear | 2 → 3 | 3 | 9');
  });

  test('that repeat are drawn once, with their number and all their parameters', () => {
    const { rects, texts } = draw(DRAWN_MODELS.gpt);
    expect(rects.filter(({ key }) => key.includes('layers'))).toHaveLength(1);
    const one = summarize(transformerEncoderLayer(64, 4), { shape: [32, 64] }).total;
    expect(texts.get('2.layers.0')).toContain(`12 × ${one.toLocaleString('en-US')}`);
    const { model, sample } = DRAWN_MODELS.gpt;
    const all = pictureOf(drawModel(model, { sample, fold: false }));
    expect(all.rects.filter(({ key }) => key.includes('layers'))).toHaveLength(12);
    expectSound(all);
  });

  test('of several layers that repeat stand around the first of them', () => {
    const { texts, edges, rects } = draw(DRAWN_MODELS.deepMlp);
    expect(rects.map(({ key }) => key)).toEqual(expect.arrayContaining(['0', '1', '2 × 10', '2', '3', '22']));
    expect(texts.get('2 × 10')).toMatch(/^10 × \| in a row/);
    expect(edges).toEqual(expect.arrayContaining(['1 > 2 × 10', '2 > 3', '2 × 10 > 22']));
    expect(rects.map(({ key }) => key)).not.toContain('4');
  });

  test('get masks from the side, and are folded all the same', () => {
    const encoder = transformerEncoder(transformerEncoderLayer(8, 2), 6, layerNorm(8));
    const sample = { src: { shape: [5, 8] }, srcKeyPaddingMask: { shape: [5], dtype: 'bool' as const } };
    const { edges } = draw({ model: encoder, sample, depth: 1 });
    expect(edges).toEqual(sorted([':entry0 > layers.0', ':entry1 > layers.0', 'layers.0 > norm', 'norm > :exit0']));
  });

  test('that only look alike are not folded', () => {
    const by = (f: (a: Node, b: Node) => Node): Layer =>
      layer('mix', { a: linear(4, 4), b: linear(4, 4), c: linear(4, 4) }, (x, { a, b, c }) => f(a(x), c(b(x))));
    const mixes = [add, mul, add, add, mul, mul, add, mul].map((f) => by(f));
    const { rects } = draw({ model: sequential(...mixes), sample: { shape: [4] }, depth: 1 });
    expect(rects.filter(({ kind }) => kind === 'container')).toHaveLength(8);
    const same = draw({
      model: sequential(...Array.from({ length: 8 }, () => by(add))),
      sample: { shape: [4] },
      depth: 1,
    });
    expect(same.rects.filter(({ kind }) => kind === 'container')).toHaveLength(1);
  });

  test('of an output that is taken between blocks are not folded over it', () => {
    const blocks = Array.from({ length: 12 }, () => linear(4, 4));
    const model = layer('tapped', { blocks }, (x: Node, parts) => {
      const values = [x];
      for (const apply of parts.blocks) values.push(apply(values.at(-1) as Node));
      return { middle: values[6] as Node, last: values[12] as Node };
    });
    const { edges, rects } = draw({ model, sample: { shape: [4] } });
    // The first six have one that is tapped at their end, and six follow: neither is long enough alone.
    expect(rects.filter(({ kind }) => kind === 'layer')).toHaveLength(12);
    expect(edges).toContain('blocks.5 > :exit0');
    expect(edges).toContain('blocks.11 > :exit1');
  });
});

describe('what is refused', () => {
  const model = linear(2, 3);
  const sample = { shape: [2] };
  test.each([
    [() => drawModel(null as unknown as AnyLayer, { sample }), /model is not a layer/],
    [() => drawModel(undefined as unknown as AnyLayer, { sample }), /model is missing/],
    [() => drawModel(model, undefined as never), /drawModel takes its options as one object/],
    [() => drawModel(model, {} as never), /sample is missing/],
    [() => drawModel(model, { input: sample } as never), /drawModel has no option 'input'/],
    [() => drawModel(model, { sample: [2] as never }), /sample is not the type of a sample/],
    [() => drawModel(model, { sample: { shape: [5] } }), /linear\(2 → 3\)/],
    ...[-1, 1.5, Number.NaN, '2', null, Infinity].map(
      (depth) => [() => drawModel(model, { sample, depth: depth as number }), /invalid depth/] as const,
    ),
    [() => drawModel(model, { sample, maxBoxes: 0 }), /invalid maxBoxes/],
    [() => drawModel(model, { sample, width: 10 }), /invalid width/],
    [() => drawModel(model, { sample, fold: 'no' as never }), /invalid fold/],
    [() => drawModel(model, { sample, title: 7 as never }), /title is not a text/],
  ] as const)('drawModel: case %#', (call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ expected: expect.any(String) }) }),
    );
  });

  test('more boxes than allowed, where a depth is asked for; else the picture is less deep', () => {
    const deep = sequential(
      ...Array.from({ length: 30 }, (_, i) => residual(sequential(linear(4, 4 + i), linear(4 + i, 4)))),
    );
    const options = { sample: { shape: [4] }, maxBoxes: 50 };
    expect(() => drawModel(deep, { ...options, depth: 2 })).toThrow(
      /too many boxes or lines\n.*received: depth 2, 90 boxes and 151 lines\n.*at most 50 boxes/s,
    );
    expect(pictureOf(drawModel(deep, options)).rects.filter(({ kind }) => kind === 'container')).toHaveLength(30);
    // Each layer takes what all before it have given, as in Huang et al. 2017.
    const dense = layer(
      'dense',
      { layers: Array.from({ length: 60 }, (_, i) => linear(i + 1, 1)) },
      (x: Node, { layers }) => {
        const values = [x];
        for (const apply of layers) values.push(apply(concat(values, 1)));
        return values.at(-1) as Node;
      },
    );
    const one = { sample: { shape: [1] } };
    expect(() => drawModel(dense, { ...one, depth: 1 })).toThrow(/120 boxes and 1,891 lines/);
    expect(pictureOf(drawModel(dense, one)).rects).toHaveLength(3);
    expectSound(pictureOf(drawModel(dense, { ...one, depth: 1, maxBoxes: 500 })));
    const whole = pictureOf(drawModel(deep, { ...options, maxBoxes: 20 }));
    expect(whole.rects.map(({ kind }) => kind)).toEqual(['entry', 'container', 'exit']);
  });
});

describe('names of the user', () => {
  const HOSTILE = [
    '</text></svg><script>alert(1)</script>',
    '" onload="alert(1)',
    "' onclick='alert(1)",
    '<![CDATA[ ]]> <!-- --> <?xml?> &lt; &amp; &#60;',
    '\u0000\u0001\u0008\u000b\u001f\u007f\u0085\ud800 half \udfff\ufffe\uffff',
    '\u202egnp.evil\u2066 \u2069',
    'a\n\tb',
    '层 🧠 e\u0301 שלום',
    '',
    ' ',
    'x'.repeat(100_000),
    '(((((((((((((((((((((((((((()',
  ];
  const ALLOWED = ['svg', 'title', 'desc', 'style', 'g', 'rect', 'path', 'text', 'tspan'];

  test.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 40)), text] as const))(
    'cannot be markup: %s',
    (_, text) => {
      const part = text.replaceAll('.', '') || 'empty';
      const inner = layer(text, { [part]: linear(2, 2), other: tanh() }, (x: Node, parts) => {
        const { other, ...rest } = parts as Readonly<Record<string, (x: Node) => Node>>;
        return { [part]: add(x, (rest[part] as (x: Node) => Node)(x)), plain: (other as (x: Node) => Node)(x) };
      });
      const name = text === '' ? 'x' : text;
      const model = layer(text, { inner }, (x: Readonly<Record<string, Node>>, parts) => parts.inner(x[name] as Node));
      const svg = drawModel(model, {
        sample: { [name]: { shape: [2] }, plain: { shape: [1] } },
        title: text,
        depth: 2,
      });
      const picture = pictureOf(svg);
      expectSound(picture);
      for (const { tag, attributes } of within(picture.root)) {
        expect(ALLOWED).toContain(tag);
        expect(Object.keys(attributes).filter((attribute) => /^on|href/i.test(attribute))).toEqual([]);
      }
      expect(
        within(picture.root)
          .filter(({ tag }) => tag === 'style')
          .map((style) => style.text),
      ).toEqual([
        ':root.descent-model{color:#1b1c1f;color-scheme:light dark}@media(prefers-color-scheme:dark){:root.descent-model{color:#e9e9eb}}',
      ]);
      expect(svg.length).toBeLessThan(60_000);
    },
  );

  test('are cut to the room they have, and whole in the tooltip', () => {
    const name = 'a name that is longer than any box can be, however one draws it';
    const { root, rects } = draw({
      model: sequential(
        layer(name, {}, (x) => x),
        linear(2, 2),
      ),
      sample: { shape: [2] },
    });
    expect(Math.max(...rects.map(({ width }) => width))).toBeLessThanOrEqual(340);
    const texts = within(root).flatMap(({ tag, text }) => (tag === 'text' ? [text] : []));
    expect(texts.filter((text) => text.startsWith('a name'))).toEqual([expect.stringMatching(/^a name that is .*…$/)]);
    const titles = within(root).flatMap(({ tag, text }) => (tag === 'title' ? [text] : []));
    expect(titles).toContain(`0 ${name} → 2`);
  });
});

describe('large networks', () => {
  /** Layers of which no two are alike, each with a skip around it. */
  const chain = (layers: number): AnyLayer =>
    sequential(...Array.from({ length: layers }, (_, i) => residual(sequential(linear(2, i + 2), linear(i + 2, 2)))));
  const time = (layers: number): number => {
    const model = chain(layers);
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now();
      drawModel(model, { sample: { shape: [2] }, depth: 2, maxBoxes: 100_000, fold: false });
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  test('take a time that grows with the number of layers', () => {
    time(20);
    const [small, large] = [time(30), time(300)];
    console.log(`drawModel: 300 blocks take ${(large / small).toFixed(1)} times as long as 30`);
    // Ten times as many; in the square of it, it would be a hundred.
    expect(large / small).toBeLessThan(50);
  });

  test('a thousand layers that repeat are a small picture, and the default never fails', () => {
    const repeating = sequential(
      ...(Array.from({ length: 500 }, () => [linear(4, 4), relu()]).flat() as [Layer, Layer]),
    );
    const folded = draw({ model: repeating, sample: { shape: [4] } });
    expect(folded.rects.map(({ kind }) => kind).sort()).toEqual(['entry', 'exit', 'frame', 'layer', 'layer']);
    expect(folded.texts.get('0 × 500')).toMatch(/^500 ×/);
    const whole = draw({ model: chain(1000), sample: { shape: [2] } });
    expect(whole.rects.map(({ kind }) => kind)).toEqual(['entry', 'container', 'exit']);
  });
});
