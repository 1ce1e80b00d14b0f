export {
  type Call,
  type DatasetName,
  type DescentConfig,
  defineConfig,
  type Examples,
  type NamedData,
  type OwnData,
} from '../config/define-config.ts';
