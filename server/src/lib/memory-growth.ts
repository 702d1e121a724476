/** An hour of samples, a minute each, and half of it before anything is said: a process that fills its cache grows, too. */
const most = 60;
const least = 30;
/** At this pace a fifth of what the process may use would be gone within a day, */
const shareOfDay = 0.2;
/** and the pace is steady: memory that goes up and down is in use. */
const leastFit = 0.8;

/** Whether memory grows as it does when it is never given back; undefined while it is too early to say. */
export class MemoryGrowth {
  readonly #samples: number[] = [];

  add(bytes: number) {
    this.#samples.push(bytes);
    if (this.#samples.length > most) this.#samples.shift();
  }

  isSuspect(limit: number): boolean | undefined {
    if (this.#samples.length < least) return undefined;
    const { slope, fit } = lineThrough(this.#samples);
    return slope * 60 * 24 > limit * shareOfDay && fit > leastFit;
  }
}

/** The straight line that comes nearest: its rise from one value to the next, and the part of all differences that it explains. */
function lineThrough(values: readonly number[]) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [together, ofTime, ofValues] = [0, 0, 0];
  for (const [index, value] of values.entries()) {
    together += (index - middle) * (value - mean);
    ofTime += (index - middle) ** 2;
    ofValues += (value - mean) ** 2;
  }
  return { slope: together / ofTime, fit: ofValues === 0 ? 0 : together ** 2 / (ofTime * ofValues) };
}
