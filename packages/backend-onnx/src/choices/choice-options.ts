/** How each op that can be computed in several ways is computed: the way by what is asked, such as `'conv2dFilterGrad 16×3×32×32 16×3×3×3 pads 1,1,1,1'`. Plain data, to be kept with a run. */
export type Choices = Readonly<Record<string, string>>;

/** How ways are chosen by measurement. */
export interface MeasuredChoices {
  /** Choices that hold whatever would be measured, such as those of a run that goes on. Default none. */
  readonly known?: Choices;
  /** Gets all choices whenever there are new ones, before anything is computed by them, and is waited for. */
  readonly keep?: (choices: Choices) => void | Promise<void>;
  /** Seconds that are measured for a program, about. 0: nothing is measured, and what is not known goes by the rules. Default 0.3. */
  readonly seconds?: number;
  /** The file that keeps what was measured on this machine; `null` for none. Default: `onnx-choices.json` in the folder `descent` of the user's cache. */
  readonly file?: string | null;
  /** Gets what people should know: that the file was damaged, or that something known is not possible here. */
  readonly warn?: (text: string) => void;
}
