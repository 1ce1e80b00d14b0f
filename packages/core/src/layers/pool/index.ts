export { avgPool2d } from './avg-pool2d.ts';
export { maxPool2d } from './max-pool2d.ts';
