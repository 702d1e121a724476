/** Of a row of the tracker, or of its totals. */
export const figures = {
  budget: '1200000.00',
  actual: '0.00',
  committed: '0.00',
  variance: '1200000.00',
  available: '1200000.00',
  remainingBudget: '1200000.00',
  outlook: '1200000.00',
  ytdBudget: '0.00',
  ytdActual: '0.00',
  ytdVariance: '0.00',
  previousBudget: '0.00',
  previousActual: '0.00',
  earlierBudget: '0.00',
  earlierActual: '0.00',
};
