import { runConformance, sharedTests } from '@descent/conformance/vitest';
import { referenceBackend } from '@descent/core/reference';

// The reference compared with itself would prove nothing: what is left compares it with PyTorch, float64, arithmetic and its own decompositions.
const tests = sharedTests().filter(({ comparesWithReference }) => !comparesWithReference);

runConformance({ create: () => referenceBackend(), tests });
