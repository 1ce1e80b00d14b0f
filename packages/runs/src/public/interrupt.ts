// By itself, so that a program can listen from its start without loading what writes files and reports.
export { type Interrupt, interruptible } from '../interrupt.ts';
