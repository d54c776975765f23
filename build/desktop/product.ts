/** What a system knows an installed app by. */
export interface Product {
  /** Of the package. */
  readonly name: string;
  /** What a person reads. */
  readonly title: string;
  /** The program, its link in /usr/bin, its desktop entry and its icon. */
  readonly executable: string;
  readonly version: string;
}

export const release = (version: string): Product => ({
  name: 'spark-desktop',
  title: 'SPARK',
  executable: 'spark',
  version,
});

/** Where Linux has it. */
export const installFolder = (product: Product): string => `/opt/${product.executable}`;
