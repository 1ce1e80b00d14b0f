/** A file of a named set as it can lie on a disk. */
export interface KnownFile {
  /** The set and what the file holds of it: `MNIST's training images`. */
  readonly what: string;
  /** Its size and SHA-256 as the publisher offers it, gzipped. */
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of what it unpacks to, where that is known. */
  readonly content?: string;
}

type Hashes = readonly [bytes: number, sha256: string, content?: string];

const HOLDS = ['training images', 'training labels', 'test images', 'test labels'] as const;

function filesOf(set: string, hashes: readonly Hashes[]): readonly KnownFile[] {
  return hashes.map(([bytes, sha256, content], i) => ({
    what: `${set}'s ${HOLDS[i]}`,
    bytes,
    sha256,
    ...(content !== undefined && { content }),
  }));
}

/** The files of MNIST and of the sets that took over its form, which is why the names of files do not tell them apart. */
export const MNIST_FILES: readonly KnownFile[] = filesOf('MNIST', [
  [
    9_912_422,
    '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  ],
  [
    28_881,
    '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  ],
  [
    1_648_877,
    '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  ],
  [
    4_542,
    'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ],
]);

export const FASHION_MNIST_FILES: readonly KnownFile[] = filesOf('Fashion-MNIST', [
  [
    26_421_880,
    '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  ],
  [
    29_515,
    'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  ],
  [
    4_422_102,
    '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  ],
  [
    5_148,
    '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  ],
]);

export const KMNIST_FILES: readonly KnownFile[] = filesOf('KMNIST', [
  [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
  [
    29_497,
    'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
    '2a16eeae62da984b8bd24fa32e31d47291f01dac3fe84d5594f304f71e7d374b',
  ],
  [
    3_041_136,
    'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
    '76fbd229ce87db80dd281af5e6670de4ad0e42fb30a7bd643972994c47c1f42e',
  ],
  [
    5_120,
    '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
    'a11dc742be8e781a40a92f53d6a4957e7b7d36df2faa097659131ebfd8fd60c6',
  ],
]);

export const QMNIST_FILES: readonly KnownFile[] = filesOf('QMNIST', [
  [9_704_059, '9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d'],
  [
    463_024,
    '2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f',
    'bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5',
  ],
  [9_742_279, '43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375'],
  [
    526_800,
    '9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06',
    '92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd',
  ],
]);

const KNOWN: readonly KnownFile[] = [MNIST_FILES, FASHION_MNIST_FILES, KMNIST_FILES, QMNIST_FILES].flat();

/** The sizes that these files have unpacked (QMNIST's labels are eight numbers each): what has another is none of them. */
export const KNOWN_SIZES: ReadonlySet<number> = new Set(
  [60_000, 10_000].flatMap((items) => [16 + items * 28 * 28, 8 + items, 12 + items * 8 * 4]),
);

/** What a file is, by the SHA-256 of it or of what it unpacks to. */
export const KNOWN_BY_HASH: ReadonlyMap<string, string> = new Map(
  KNOWN.flatMap(({ what, sha256, content }) => [
    [sha256, what] as const,
    ...(content === undefined ? [] : [[content, what] as const]),
  ]),
);
