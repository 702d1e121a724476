import { addDays } from './calendar.ts';
import type { Company } from './company.ts';
import { Random } from './random.ts';
import { type Service, stories } from './services.ts';
import { people, remarks } from './words.ts';

export interface Remark {
  author: string;
  at: string;
  text: string;
}

const told = new Map([
  [stories.currencyMove, 'Paid in dollars: the budget was made at 83.10 and the rate has moved to 85.25 since.'],
  [stories.expiringContract, 'The contract ends in six weeks and nobody has decided about the renewal yet.'],
  [stories.missingMonth, 'One invoice has not arrived; asked the vendor for a copy.'],
  [stories.unallocated, 'Shared, but no allocation key is agreed so far. The whole amount stays unallocated.'],
]);

/** Oldest first. */
export function remarksOf({ asOf }: Company, { id }: Service): Remark[] {
  const random = new Random(10, id);
  const count = random.chance(0.25) ? random.between(1, 3) : 0;
  const ages = Array.from({ length: count }, () => random.between(10, 400)).sort((a, b) => b - a);
  const written = ages.map((age) => remark(asOf, age, random.pick(remarks), random));
  const story = told.get(id);
  return story ? [...written, remark(asOf, 4, story, random)] : written;
}

function remark(asOf: string, age: number, text: string, random: Random): Remark {
  const minute = String(random.between(0, 59)).padStart(2, '0');
  return {
    author: random.pick(people),
    at: `${addDays(asOf, -age)}T${random.pick(['05', '07', '09', '11'])}:${minute}:00Z`,
    text,
  };
}
