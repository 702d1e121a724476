/** The item at this place, which must exist; a negative place counts from the end. */
export function at<T>(list: readonly T[], place: number): T {
  const item = list.at(place);
  if (item === undefined) throw new RangeError(`There is no item ${place} in a list of ${list.length}.`);
  return item;
}
