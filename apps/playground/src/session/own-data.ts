/** The data of the user's own that a choice names, as a session takes them; `null` for named sets, which the worker loads. */
export { ownDataOf } from '../data/own.ts';
