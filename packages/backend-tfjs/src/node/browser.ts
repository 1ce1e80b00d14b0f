// Imports nothing: bundlers would cut what this and the rest of the package have in common into files of their own, which a page had to fetch.
/** Stands for the engines of Node in a browser, where there are none. */
export const openNode: undefined = undefined;
