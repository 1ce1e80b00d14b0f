import { tfjs } from '@descent/backend-tfjs';
import { runConformance } from '@descent/conformance/vitest';
import { describe } from 'vitest';

describe.each(['cpu', 'wasm'] as const)('tfjs:%s', (engine) => {
  runConformance({ create: () => tfjs({ engine }) });
});
