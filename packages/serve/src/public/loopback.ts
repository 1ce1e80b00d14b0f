export { isForLoopback, isLoopback } from '../server/loopback.ts';
