import type { Client } from './client.ts';
import type { Company } from '../../../loadtests/lib/mix.ts';

export async function currentYear(client: Client): Promise<string> {
  const years = (await client.json('GET', '/api/fiscal-years')) as { data: { label: string }[] };
  return years.data.at(-1)?.label ?? '';
}

/** Twenty services with a budget in the current year: the pages have something to show, and people something to write on. */
export async function makeCompany(client: Client): Promise<Company> {
  const fy = await currentYear(client);
  const services: number[] = [];
  const run = Date.now().toString(36); // it may be there already, of an earlier drill
  for (let number = 1; number <= 20; number++) {
    const body = { uid: `SVC-${run}-${number}`, description: `Service ${number}`, budget: `${number}00000.00`, fy };
    services.push(((await client.json('POST', '/api/services', body)) as { id: number }).id);
  }
  return { fy, services, entities: [], towers: [] };
}
