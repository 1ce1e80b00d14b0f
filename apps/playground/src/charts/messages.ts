import { messages } from '../i18n/messages.ts';

export const texts = messages({
  en: {
    logarithmic: 'logarithmic',
    linear: 'linear',
    scaleOf: (axis: string) => `Scale of ${axis}`,
    position: (title: string) => `${title}: read values`,
    empty: 'No values yet',
    showTable: 'Show as table',
    hideTable: 'Hide table',
    tableOf: (title: string, shown: number, all: number) =>
      shown < all ? `${title}: ${shown} of ${all} points` : title,
    summary: (name: string, from: string, to: string, lowest: string, at: string) =>
      `${name}: from ${from} to ${to}, lowest ${lowest} at ${at}.`,
    none: (name: string) => `${name}: no values.`,
    at: (position: string) => `at ${position}`,
    notDrawn: (count: number) =>
      count === 1
        ? 'One value is not a number that this scale can show.'
        : `${count} values are not numbers that this scale can show.`,
    value: (name: string, value: string) => `${name} ${value}`,
    reading: (axis: string, position: string, values: string) => `${axis} ${position}: ${values}`,
    confusion: 'Rows are labels, columns are predictions',
    cell: (label: string, predicted: string, count: string) => `label ${label}, predicted ${predicted}: ${count}`,
    right: 'right',
  },
  zh: {
    logarithmic: '对数',
    linear: '线性',
    scaleOf: (axis) => `${axis}的刻度`,
    position: (title) => `${title}：读取数值`,
    empty: '还没有数据',
    showTable: '显示为表格',
    hideTable: '收起表格',
    tableOf: (title, shown, all) => (shown < all ? `${title}：共 ${all} 个点，列出 ${shown} 个` : title),
    summary: (name, from, to, lowest, at) => `${name}：从 ${from} 到 ${to}，最低 ${lowest}，位于 ${at}。`,
    none: (name) => `${name}：没有数值。`,
    at: (position) => `位于 ${position}`,
    notDrawn: (count) => `有 ${count} 个值无法在当前刻度上画出。`,
    value: (name, value) => `${name} ${value}`,
    reading: (axis, position, values) => `${axis} ${position}：${values}`,
    confusion: '行是标签，列是预测',
    cell: (label, predicted, count) => `标签 ${label}，预测为 ${predicted}：${count}`,
    right: '正确率',
  },
});
