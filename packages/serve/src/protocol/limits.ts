/** What a message may ask for before it is refused. */
export interface MessageLimits {
  /** Tensors of one message. */
  readonly tensors: number;
  /** Axes of one tensor. */
  readonly rank: number;
  /** Elements of one tensor; what a body holds is bounded by its size already. */
  readonly elements: number;
  /** Characters of a name or an id. */
  readonly name: number;
  /** Bytes of the JSON of a message that has binary tensors behind it. */
  readonly header: number;
}

export const MESSAGE_LIMITS: MessageLimits = {
  tensors: 256,
  rank: 16,
  elements: 2 ** 31 - 1,
  name: 1024,
  header: 2 ** 30,
};
