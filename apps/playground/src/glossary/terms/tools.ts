import type { TermEntries } from '../entry.ts';

/** What computes, and the files in which a network travels. */
export const TOOL_TERMS = {
  inference: {
    name: { en: 'inference', zh: '推理' },
    says: {
      en: 'Uses a finished network: the forward pass alone, with fixed parameters. Dropout is off, and batch normalization takes its collected averages.',
      zh: '使用训练好的网络：只做前向传播，参数不变。dropout 关闭，批归一化使用累积的平均值。',
    },
    related: ['forwardPass', 'dropout', 'batchNorm'],
    view: 'use',
  },
  engine: {
    name: { en: 'engine', zh: '引擎' },
    says: {
      en: 'The library that computes, such as ONNX Runtime or TensorFlow.js, on the processor or the graphics card. One seed gives the same curve on each, up to rounding.',
      zh: '负责计算的库，例如 ONNX Runtime 或 TensorFlow.js，可在处理器或显卡上运行。同一个种子在各引擎上给出相同的曲线（仅有舍入误差）。',
    },
    related: ['webAssembly', 'webgpu', 'seed'],
    view: 'compare',
  },
  webAssembly: {
    name: { en: 'WebAssembly (wasm)', zh: 'WebAssembly（wasm）' },
    says: {
      en: 'Compiled code that browsers run on the processor, nearly as fast as a program of the system. Several threads need a page that is isolated by headers of its host.',
      zh: '浏览器在处理器上运行的编译代码，速度接近本地程序。要使用多个线程，页面必须由服务器的响应头设为隔离。',
    },
    related: ['engine', 'webgpu'],
  },
  webgpu: {
    name: { en: 'WebGPU, WebGL', zh: 'WebGPU、WebGL' },
    says: {
      en: 'Two ways in which a page computes on the graphics card; WebGPU is the newer one. They pay off for large networks and batches.',
      zh: '网页用显卡计算的两种方式，WebGPU 较新。网络大、批大时才划算。',
    },
    related: ['engine', 'webAssembly'],
  },
  onnx: {
    name: { en: 'ONNX', zh: 'ONNX' },
    says: {
      en: 'An open file format for networks: layers and parameters in one file, which many programs can run.',
      zh: '一种开放的网络文件格式：层和参数都在一个文件里，许多程序都能运行。',
    },
    related: ['inference', 'safetensors'],
    view: 'use',
  },
  safetensors: {
    name: { en: 'safetensors', zh: 'safetensors' },
    says: {
      en: 'A file of named tensors and nothing else: parameters without the layers. Files go to and from PyTorch by the names.',
      zh: '只含有名字的张量的文件：有参数，没有层结构。可按名字与 PyTorch 互换。',
    },
    related: ['parameter', 'checkpoint', 'onnx'],
    view: 'use',
  },
  checkpoint: {
    name: { en: 'checkpoint', zh: '检查点' },
    says: {
      en: 'Everything that training needs to go on as if it had never stopped: parameters, the state of the optimizer, the position in the data.',
      zh: '让训练像从未中断一样继续所需的一切：参数、优化器状态、数据读到的位置。',
    },
    related: ['parameter', 'optimizer', 'safetensors'],
    view: 'use',
  },
  config: {
    name: { en: 'config', zh: '配置' },
    says: {
      en: 'The experiment as text: network, data, optimizer, batch size, seed. The page and the command line read the same one, and the address of the page holds it.',
      zh: '以文本表示的实验：网络、数据、优化器、批大小、种子。网页与命令行使用同一份配置，网页地址里也含有它。',
    },
    related: ['seed', 'hyperparameter'],
    view: 'build',
  },
} as const satisfies TermEntries;
