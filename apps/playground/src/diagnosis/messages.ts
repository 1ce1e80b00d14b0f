import { messages } from '../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Diagnosis',
    chart: 'Loss after each epoch',
    epoch: 'epoch',
    loss: 'loss',
    train: 'training',
    validation: 'validation',
    test: 'test',
    waiting: 'After the first epoch, this says how training and held-out data compare.',
    noHeldOut: 'Nothing is held out, so the page cannot tell whether the network generalizes.',
    accuracies: (train: string, heldOut: string, set: string, points: string) =>
      `Accuracy: ${train} on training data, ${heldOut} on ${set} data. The gap is ${points} percentage points.`,
    losses: (train: string, heldOut: string, set: string, gap: string) =>
      `Loss: ${train} on training data, ${heldOut} on ${set} data. The gap is ${gap}.`,
    lowest: (set: string, epoch: number, loss: string) =>
      `The ${set} loss was lowest in epoch ${epoch} (${loss}) and has been higher since.`,
    lowestNow: (set: string) => `The ${set} loss is at its lowest now.`,
    note: 'The training numbers are means over the epoch, while the network was still changing; the held-out numbers are taken after it. So early on, held-out data may look better.',
    later: 'What the run suffers from, if anything, is judged when all epochs are done.',
    nothing: 'No sign of overfitting, underfitting or of another known fault.',
    details: 'With the numbers',
  },
  zh: {
    title: '诊断',
    chart: '每轮之后的损失',
    epoch: '轮',
    loss: '损失',
    train: '训练',
    validation: '验证',
    test: '测试',
    waiting: '第一轮结束后，这里会比较训练数据和留出数据上的表现。',
    noHeldOut: '没有留出数据，因此无法判断网络的泛化能力。',
    accuracies: (train, heldOut, set, points) =>
      `准确率：训练数据 ${train}，${set}数据 ${heldOut}，相差 ${points} 个百分点。`,
    losses: (train, heldOut, set, gap) => `损失：训练数据 ${train}，${set}数据 ${heldOut}，相差 ${gap}。`,
    lowest: (set, epoch, loss) => `${set}损失在第 ${epoch} 轮最低（${loss}），之后又升高了。`,
    lowestNow: (set) => `${set}损失目前处于最低点。`,
    note: '训练数据上的数值是一轮之内的平均，期间网络还在变化；留出数据上的数值在这一轮之后测得。所以刚开始时，留出数据上的表现可能反而更好。',
    later: '全部轮次训练完后，再判断训练是否有问题。',
    nothing: '没有发现过拟合、欠拟合或其他已知问题。',
    details: '具体数值',
  },
});
