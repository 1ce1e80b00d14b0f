export {
  type Call,
  type CsvData,
  type DatasetName,
  type DescentConfig,
  defineConfig,
  type Examples,
  type ImagesData,
  type NamedData,
  type NpzData,
  type OwnData,
  type Share,
} from '../config/define-config.ts';
