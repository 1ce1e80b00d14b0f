export { closest, didYouMean } from '@descent/core';
