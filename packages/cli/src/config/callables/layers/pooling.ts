import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '@descent/core';
import { type Argument, COUNT, or, PADDING, PADDING_1D, PADDING_3D, SIZE, SIZE_3D } from '../../argument.ts';
import { callable, NO, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

// The stride is the kernel size where it is left out.
const pool = (size: Argument, padding: Argument) => ({ stride: size, padding: or(padding, 0), ceilMode: NO });
const max = (size: Argument, padding: Argument) => ({ ...pool(size, padding), dilation: or(size, 1) });
const mean = (size: Argument, padding: Argument) => ({ ...pool(size, padding), countIncludePad: YES });

type Names = `${'max' | 'avg'}Pool${'1d' | '2d' | '3d'}` | `adaptive${'Max' | 'Avg'}Pool${'1d' | '2d'}`;

export const POOLING: LayerTable<Names> = {
  maxPool2d: callable(maxPool2d, { kernelSize: SIZE }, max(SIZE, PADDING)),
  avgPool2d: callable(avgPool2d, { kernelSize: SIZE }, mean(SIZE, PADDING)),
  adaptiveAvgPool2d: callable(adaptiveAvgPool2d, { outputSize: SIZE }),
  adaptiveMaxPool2d: callable(adaptiveMaxPool2d, { outputSize: SIZE }),
  maxPool1d: callable(maxPool1d, { kernelSize: COUNT }, max(COUNT, PADDING_1D)),
  avgPool1d: callable(avgPool1d, { kernelSize: COUNT }, mean(COUNT, PADDING_1D)),
  adaptiveAvgPool1d: callable(adaptiveAvgPool1d, { outputSize: COUNT }),
  adaptiveMaxPool1d: callable(adaptiveMaxPool1d, { outputSize: COUNT }),
  maxPool3d: callable(maxPool3d, { kernelSize: SIZE_3D }, max(SIZE_3D, PADDING_3D)),
  avgPool3d: callable(avgPool3d, { kernelSize: SIZE_3D }, mean(SIZE_3D, PADDING_3D)),
};
