export {
  constantInit,
  type Initializer,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  normalInit,
  uniformInit,
  xavierNormal,
  xavierUniform,
  zerosInit,
} from './initializers.ts';
