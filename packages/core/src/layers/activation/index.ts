export { logSoftmax, relu, sigmoid, softmax, tanh } from './activations.ts';
