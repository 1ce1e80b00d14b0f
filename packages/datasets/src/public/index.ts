export { fashionMnist, type MnistOptions, mnist } from '../builtin/mnist.ts';
export { mnistSample } from '../builtin/mnist-sample.ts';
export { type ArrayDataset, classCounts, subset } from '../dataset.ts';
export { DataFileError, DataFormatError, type FileErrorDetails } from '../errors.ts';
export { type LoadImageOptions, loadImage } from '../image/load-image.ts';
export { writePng } from '../image/write-png.ts';
export { type Batch, type Epoch, type Loader, type LoaderOptions, loader } from '../loader.ts';
export { parseIdx, type ReadIdxOptions, readIdx } from '../sources/idx.ts';
export { type SplitOptions, split } from '../split.ts';
