export { addonFolder, type BuildAddonOptions, type BuiltAddon, buildAddon } from '../install/build-addon.ts';
export { findTensorFlow, type TensorFlowLibrary } from '../install/find-tensorflow.ts';
