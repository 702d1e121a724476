const megabyte = 1024 * 1024;

export const defaultLimits = {
  fileBytes: 50 * megabyte,
  entries: 200,
  unpackedBytes: 512 * megabyte,
  /** Unpacked bytes for each packed one, beyond the first ten megabytes. */
  ratio: 100,
  rows: 200_000,
  columns: 1_000,
  /** As Excel's own. */
  cellText: 32_767,
  sharedStrings: 1_000_000,
  /** Characters of all shared strings. */
  sharedText: 32_000_000,
  merges: 10_000,
};
export type Limits = typeof defaultLimits;
export const freeOfRatio = 10 * megabyte;
