// By itself, so that what checks configs loads when an address or a file says one: it is larger than all that builds networks of them.
export { parseJson, validateConfig } from '@descent/cli/config';
