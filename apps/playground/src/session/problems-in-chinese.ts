import { byTemplates } from '../i18n/templates.ts';
import type { Problem } from './protocol.ts';

/** Errors that one meets by an ordinary slip in the page; rare ones stay in core's words. */
const text = byTemplates([
  ['the data of this experiment are not in this browser', '这个浏览器里没有这次实验的数据'],
  ['open the file again on this device, under Build', '请在“搭建”页重新打开这个文件'],
  ['import the archive of the set, under Build', '请在“搭建”页导入图片集的压缩包'],
  ['a table that was added here before', '之前在这里添加过的表格'],
  ['pictures that was added here before', '之前在这里添加过的图片'],
  ['there is nothing to tell apart', '没有可以区分的类别'],
  ['pictures of at least two classes', '至少两个类别的图片'],
  ['add a class, and pictures of it', '请添加一个类别和它的图片'],
  ['a share of {} leaves {} samples to train and {} to test', '留出 {1} 之后，训练样本剩 {2} 个，测试样本 {3} 个'],
  ['at least one in each part', '每部分至少一个'],
  [
    'choose another share, or add samples: of a class with few of them none is taken',
    '请换一个比例，或添加样本：样本太少的类别不会被抽到',
  ],
  ['the table has no rows', '表格没有数据行'],
  ['a first row of names, and rows of values', '第一行是列名，下面是数据'],
  ['the picture is too large', '图片太大'],
  ['make it smaller', '请缩小后再试'],
  ['this is no picture that the browser opens', '浏览器打不开这张图片'],
  ['the file is too large for this page', '文件太大，页面无法打开'],
  ['open it with the descent command', '请用 descent 命令打开'],
  ['train on it with the descent command', '请用 descent 命令训练'],
  ['this is no file that the page opens', '页面不能打开这种文件'],
  [
    "the zip of a run's folder, model.onnx, safetensors, a checkpoint, or a config in JSON",
    '运行文件夹的 zip、model.onnx、safetensors、检查点或 JSON 配置',
  ],
  ['give a file that this page or the descent command wrote', '请选择本页面或 descent 命令生成的文件'],
  ['there is no run in this archive', '压缩包里没有运行文件夹'],
  ['there are several runs in this archive', '压缩包里有多个运行文件夹'],
  ['the archive is damaged, or none', '压缩包已损坏，或者不是压缩包'],
  ['the archive is not opened', '无法打开这个压缩包'],
  ['the config is not JSON', '配置不是 JSON'],
  ['the page has no such data', '页面没有这种数据'],
  ['the page does not train on such data, but the descent command does', '页面不能用这种数据训练，descent 命令可以'],
  ['pictures with masks', '带掩码的图片'],
  ['pictures with boxes', '带边框的图片'],
  ['pictures with a table of labels', '带标签表的图片'],
  ['tables with categories, or of several labels', '含类别的表格，或多标签表格'],
  ['time series', '时间序列'],
  ['texts', '文本'],
  ['arrays of NumPy', 'NumPy 数组'],
  ['the page has no such engine', '页面没有这种引擎'],
  ['there are too many folders', '文件夹太多'],
  ['an empty file', '空文件'],
]);

/** A problem as the Chinese page says it: part by part, each in Chinese where there are words for it. */
export function inChinese(problem: Problem): Problem {
  const part = (key: 'message' | 'received' | 'expected' | 'fix'): Partial<Problem> => {
    const said = problem[key] === undefined ? null : text(problem[key]);
    return said === null ? {} : { [key]: said };
  };
  return { ...problem, ...part('message'), ...part('received'), ...part('expected'), ...part('fix') };
}
