export { expectOptions as expectOptionNames } from '@descent/core';
