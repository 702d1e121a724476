export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** The day of a moment in UTC, "2026-03-31". */
export const dayOf = (at: Date) => at.toISOString().slice(0, 10);
export const today = () => dayOf(new Date());

export const addDays = (day: string, days: number) => dayOf(new Date(Date.parse(day) + days * dayMs));
export const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
