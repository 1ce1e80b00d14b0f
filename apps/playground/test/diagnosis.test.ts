import { readdirSync, readFileSync } from 'node:fs';
import { diagnoseHistory } from '@descent/core/diagnose';
import { describe, expect, test } from 'vitest';
import { adviceInChinese, seenInChinese } from '../src/diagnosis/chinese.ts';
import { gapOf } from '../src/diagnosis/gap.ts';
import type { EpochScores } from '../src/session/protocol.ts';

const scores = (loss: number, accuracy: number | null = null) => ({ loss, accuracy });

function epoch(number: number, train: number, validation: number | null, test: number | null): EpochScores {
  return {
    epoch: number,
    train: scores(train),
    validation: validation === null ? null : scores(validation),
    test: test === null ? null : scores(test),
    seconds: 1,
  };
}

describe('the gap', () => {
  test('is there with held-out data after an epoch only', () => {
    expect(gapOf([])).toBeNull();
    expect(gapOf([epoch(1, 0.5, null, null)])).toBeNull();
  });

  test('is measured with the validation set, where there is one, and knows where its loss was lowest', () => {
    const epochs = [epoch(1, 2, 1.5, 9), epoch(2, 1, 1.25, 9), epoch(3, 0.25, 1.75, 9)];
    expect(gapOf(epochs)).toMatchObject({ set: 'validation', epoch: 3, loss: 1.5, accuracy: null });
    expect(gapOf(epochs)?.lowest).toEqual({ epoch: 2, loss: 1.25 });
    expect(gapOf(epochs.map((e) => ({ ...e, validation: null })))).toMatchObject({ set: 'test', loss: 8.75 });
  });

  test('has accuracies where both sets have them, and passes over losses that are none', () => {
    const last = { ...epoch(2, 0.5, Number.NaN, null), train: scores(0.5, 0.75) };
    const given = [epoch(1, 1, 1, null), { ...last, validation: scores(Number.NaN, 0.5) }];
    expect(gapOf(given)).toMatchObject({ accuracy: 0.25, lowest: { epoch: 1, loss: 1 } });
  });

  test('is of the set that core judges overfitting by', () => {
    const history = [1, 2, 3, 4, 5, 6].map((n) => ({
      epoch: n,
      train: { loss: 1 / n, accuracy: 1 - 0.3 / n },
      validation: { loss: 0.5 + 0.1 * n, accuracy: 0.7 },
      test: { loss: 0.1, accuracy: 1 },
    }));
    expect(diagnoseHistory(history).map(({ rule }) => rule)).toContain('overfitting');
    const epochs = history.map(({ epoch: n, train, validation }) => epoch(n, train.loss, validation.loss, 0.1));
    expect(gapOf(epochs)?.lowest.epoch).toBe(1);
    expect(gapOf(epochs)?.set).toBe('validation');
  });
});

describe('findings in Chinese', () => {
  /** All that a template of a source says, with letters in place of what is computed. */
  const sources = (): readonly string[] => {
    const folder = new URL('../../../packages/core/src/diagnose/rules/', import.meta.url);
    return readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  };

  test('say what core says, with its numbers', () => {
    const history = [1, 2, 3, 4, 5, 6].map((n) => ({
      epoch: n,
      train: { loss: 1 / n, accuracy: 1 - 0.3 / n },
      validation: { loss: 0.5 + 0.1 * n, accuracy: 0.7 },
      test: null,
    }));
    const [overfitting] = diagnoseHistory(history);
    expect(seenInChinese(overfitting?.seen ?? '')).toBe(
      '留出数据上的损失在第 1 轮最低（0.6），结束时为 1.1，而训练损失从 1 降到 0.1667',
    );
    const rising = history.map(({ epoch: n }) => ({ epoch: n, train: { loss: n }, validation: null, test: null }));
    const [rate] = diagnoseHistory(rising);
    expect(seenInChinese(rate?.seen ?? '')).toMatch(/^训练损失/);
    expect(seenInChinese('something that core says since yesterday')).toBeNull();
    expect(adviceInChinese('try lr 0.02 instead of 0.2')).toBe('试试把学习率从 0.2 改为 0.02');
  });

  test('are there for what each rule is known to say', () => {
    const plain = sources()
      .join('\n')
      .replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '1');
    const said = [...plain.matchAll(/(?:seen:|return) `([^`]+)`/g)].map(([, text]) => text as string);
    // Parts of sentences and advice are no findings of their own.
    const whole = said.filter((text) => text.split(' ').length > 4 && !/^(?:try|make|put|add|use|from)\b/.test(text));
    expect(whole.length).toBeGreaterThan(15);
    const untold = whole.filter((text) => seenInChinese(text) === null);
    // Those in which words are computed, too, stand below.
    expect(untold.map((text) => text.slice(0, 23)).toSorted()).toEqual([
      'a batch of 1 out of 1 s',
      'the network ends in 1, ',
      'the network ends in a l',
      'the training loss was 1',
      'training samples go 1; ',
    ]);
    const facts = 'from 1 to 2, mean 1, standard deviation 0.5';
    for (const text of [
      'a batch of 8 out of 16 samples makes two updates an epoch, 10 in all, and the training loss was still falling at 1.2',
      'the network ends in softmax(), but crossEntropy takes logits and puts its own softmax on top: no class of 10 can get more than 23.2 %',
      'the network ends in sigmoid(), but bceWithLogits takes logits and puts its own sigmoid on top',
      'the network ends in a linear layer, whose numbers have no limits, but bce takes probabilities',
      'the network ends in a linear layer, whose numbers have no limits, but nll takes log-probabilities',
      'the training loss was 2.3 before the first update, 8.1 in epoch 2 and 2.4 at the end',
      'the training loss was 2.3 that of a constant answer, 8.1 in epoch 2 and 2.4 at the end',
      `training samples go ${facts}; held-out samples ${facts}`,
    ])
      expect(seenInChinese(text), text).not.toBeNull();
  });
});
