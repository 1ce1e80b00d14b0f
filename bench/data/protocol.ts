/** What `torch_data.py` is asked. */
export type DataRequest =
  | {
      /** An epoch of MNIST from memory. */
      readonly do: 'memory';
      readonly images: string;
      readonly labels: string;
      readonly count: number;
      readonly batchSize: number;
    }
  | {
      /** An epoch of a folder of JPEG files with workers that live on. */
      readonly do: 'jpegs';
      readonly folder: string;
      readonly size: number;
      readonly batchSize: number;
      readonly workers: number;
    };

/** Seconds of an epoch, or why there are none. */
export type DataAnswer = { readonly seconds: number } | { readonly missing: string };
