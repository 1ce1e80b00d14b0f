import { runConformance } from '@descent/conformance/vitest';
import { referenceBackend } from '@descent/core/reference';

runConformance({ create: () => referenceBackend() });
