export type { FileSystem } from '@descent/files';
export { cache } from '#platform/cache.js';
export { dataHome, ensureFiles, locateFiles } from '#platform/downloads.js';
export { type BoxFolderOptions, type BoxTargets, boxFolder } from '../annotated/box-folder.ts';
export { boxIou } from '../annotated/box-iou.ts';
export type { BoxList, PictureBox } from '../annotated/box-list.ts';
export { type CocoOptions, readCocoBoxes } from '../annotated/coco.ts';
export { type CsvBoxesOptions, readCsvBoxes } from '../annotated/csv-boxes.ts';
export { type MaskFolderOptions, maskFolder } from '../annotated/mask-folder.ts';
export type { MaskColor, MaskOptions } from '../annotated/mask-values.ts';
export { boxesInPicture, type PicturePlace, picturePlace } from '../annotated/picture-place.ts';
export { type PictureTableOptions, pictureTable } from '../annotated/picture-table.ts';
export type { AnnotatedOptions } from '../annotated/pictures.ts';
export { blobs } from '../builtin/blobs.ts';
export { californiaHousing } from '../builtin/california-housing.ts';
export { cifar10 } from '../builtin/cifar10.ts';
export { type Cifar100Options, cifar100 } from '../builtin/cifar100.ts';
export { circles } from '../builtin/circles.ts';
export { type DatasetDescription, describeDatasets } from '../builtin/describe.ts';
export { digits } from '../builtin/digits.ts';
export { type EmnistOptions, emnist } from '../builtin/emnist.ts';
export { fashionMnist } from '../builtin/fashion-mnist.ts';
export { type ImdbOptions, imdb } from '../builtin/imdb.ts';
export { iris } from '../builtin/iris.ts';
export { kmnist } from '../builtin/kmnist.ts';
export { mnist } from '../builtin/mnist.ts';
export { mnistSample } from '../builtin/mnist-sample.ts';
export { mobyDick, type NamedText } from '../builtin/moby-dick.ts';
export { moons } from '../builtin/moons.ts';
export type { DatasetOptions, DatasetOptions as MnistOptions } from '../builtin/options.ts';
export { qmnist } from '../builtin/qmnist.ts';
export { spirals } from '../builtin/spirals.ts';
export type { TableOptions } from '../builtin/tables.ts';
export type { ToyOptions } from '../builtin/toy-set.ts';
export { xor } from '../builtin/xor.ts';
export type { CacheOptions } from '../cache-options.ts';
export { concatDatasets, map } from '../combine.ts';
export {
  type ArrayDataset,
  classCounts,
  type DatasetOf,
  type PlainDataset,
  subset,
  type TargetType,
} from '../dataset.ts';
export type {
  ArchiveContents,
  CifarContents,
  Contents,
  DatasetDefinition,
  IdxContents,
  NeededFile,
  Part,
  RemoteFile,
  SplitDefinition,
  TableContents,
} from '../definition.ts';
export type { EnsureOptions } from '../download/ensure.ts';
export type { Located } from '../download/locate.ts';
export { mirrorList } from '../download/mirrors.ts';
export type { DownloadEvent, Progress } from '../download/progress.ts';
export type { TransferOptions } from '../download/transfer.ts';
export type { Standing } from '../download/verify.ts';
export { DataFileError, DataFormatError, DownloadError, type FailedAttempt, type FileErrorDetails } from '../errors.ts';
export type { Box } from '../image/centered.ts';
export { type ImageFit, type LoadImageOptions, loadImage } from '../image/load-image.ts';
export { type PreparedImage, prepareImage } from '../image/prepare-image.ts';
export { pngBytes, writePng } from '../image/write-png.ts';
export { type Fold, type FoldOf, foldOfItems, type KFoldOptions, kFold } from '../k-fold.ts';
export type { EmnistSplit } from '../known-contents.ts';
export { type ImageFilesOptions, imageFiles } from '../lazy/image-files.ts';
export type {
  BatchedTargets,
  ItemTargets,
  LazyDataset,
  LazyDatasetOf,
  LazyRecipe,
  RowType,
  Sample,
  SampleOf,
} from '../lazy/lazy-dataset.ts';
export { type ModuleDatasetOptions, moduleDataset } from '../lazy/module-dataset.ts';
export type {
  AsyncEpoch,
  AsyncEpochOf,
  AsyncLoader,
  AsyncLoaderOf,
  Batch,
  BatchOf,
  Epoch,
  EpochOf,
  EpochOptions,
  Loader,
  LoaderOf,
  SampleTypes,
  Skipped,
  SkippedSample,
} from '../loader/batch.ts';
export { type Changed, loader, type PlainLoaderOptions } from '../loader/loader.ts';
export type { LoaderOptions } from '../loader/options.ts';
export { randomSplit, type SplitOptions } from '../random-split.ts';
export { type DistributedSamplerOptions, distributedSampler } from '../samplers/distributed-sampler.ts';
export { type LengthSamplerOptions, lengthSampler } from '../samplers/length-sampler.ts';
export {
  type RandomSamplerOptions,
  randomSampler,
  type SubsetSamplerOptions,
  sequentialSampler,
  subsetSampler,
} from '../samplers/orders.ts';
export type { Sampler } from '../samplers/sampler.ts';
export { type WeightedSamplerOptions, weightedSampler } from '../samplers/weighted-sampler.ts';
export { type BagArrays, type BagOptions, type Bags, bagDataset } from '../sequences/bag-dataset.ts';
export { type SequenceArrays, type SequenceOptions, sequenceDataset } from '../sequences/sequence-dataset.ts';
export type { SequenceTargets } from '../sequences/targets.ts';
export { type CifarOptions, type CifarRecords, readCifar } from '../sources/cifar.ts';
export { type CsvRow, csvRows, readCsv } from '../sources/csv.ts';
export type { CsvOptions } from '../sources/csv-options.ts';
export { type DroppedItems, droppedFiles } from '../sources/dropped-files.ts';
export { parseIdx, type ReadIdxOptions, readIdx } from '../sources/idx.ts';
export type { ImageEntries, ImageEntry, ImageFolder } from '../sources/image-entries.ts';
export {
  type ImageFolderOptions,
  imageFolder,
  type ListImageFolderOptions,
  listImageFolder,
} from '../sources/image-folder.ts';
export { type JsonLinesOptions, jsonLines, readJsonLines } from '../sources/json-lines.ts';
export { type NpyOptions, parseNpy, readNpy } from '../sources/npy.ts';
export { npyBytes, writeNpy } from '../sources/npy-write.ts';
export { type NpzOptions, readNpz } from '../sources/npz.ts';
export { type ParquetOptions, readParquet } from '../sources/parquet.ts';
export type { DataSource, StreamSource } from '../sources/source.ts';
export type { Column, ColumnType, Table } from '../sources/table.ts';
export { type TableDatasetOptions, tableDataset } from '../sources/table-dataset.ts';
export { type ChannelStatistics, type ChannelStatisticsOptions, channelStatistics } from '../statistics.ts';
export {
  type EmbeddingSize,
  type EmbeddingSizesOptions,
  embeddingSizes,
} from '../tables/embedding-sizes.ts';
export { type FitTableOptions, fitTable } from '../tables/fit-table.ts';
export { type FitWindowsOptions, fitWindows } from '../tables/fit-windows.ts';
export type { NumberColumn } from '../tables/number-column.ts';
export {
  type CategoryColumn,
  type CategoryType,
  type MissingValues,
  type PreparedTarget,
  parseTablePreparation,
  type TablePreparation,
  type UnknownValues,
} from '../tables/preparation.ts';
export {
  type PreparedInputs,
  type PrepareTableOptions,
  prepareRows,
  prepareTable,
} from '../tables/prepare-table.ts';
export {
  type PredictedLabelsOptions,
  predictedLabels,
  restoreNumbers,
  type Standardized,
} from '../tables/restore.ts';
export { type SplitTableOptions, splitInTime, splitTable, takeRows } from '../tables/rows.ts';
export { type TableLike, type TableOfOptions, tableOf } from '../tables/table-of.ts';
export type { TableTask } from '../tables/target.ts';
export { parseWindowPreparation, type WindowPreparation } from '../tables/window-preparation.ts';
export { lastWindow, windowStarts, windows } from '../tables/windows.ts';
export { type Characters, type CharactersOptions, characters } from '../text/characters.ts';
export { type PaddedTokens, paddedInputs, prepareTexts } from '../text/prepare-texts.ts';
export { type TextDatasetOptions, textDataset } from '../text/text-dataset.ts';
export { type TextFolderOptions, textFolder } from '../text/text-folder.ts';
export {
  type CharacterTokens,
  type FileTokens,
  parseTextPreparation,
  type TextPreparation,
} from '../text/text-preparation.ts';
export { type TokenWindowsOptions, tokenWindows } from '../text/token-windows.ts';
export type { Tokenizer } from '../text/tokenizer.ts';
export * from './transforms.ts';
