import { check, sleep } from 'k6';
import { dashboardPath, listPath, monthsPath, oneOf, wish } from './mix.ts';
import { ask, type Company, send } from './product.ts';

const random = Math.random;
const holds = (text: string) => (body: string) => body.includes(text);

const askFor = {
  dashboard: (path: string, company: Company) => ask('dashboard', path, company, holds('"totals"')),
  list: (path: string, company: Company) => ask('tracker', path, company, holds('"pagination"')),
  months: (path: string, company: Company) => ask('months', path, company, holds('"months"')),
};
export const dashboard = (company: Company) => askFor.dashboard(dashboardPath(company, random), company);
export const tracker = (company: Company) => askFor.list(listPath(company, random), company);
export const months = (company: Company) => askFor.months(monthsPath(company, random), company);

export const search = (company: Company) =>
  ask('search', `/api/search?q=${encodeURIComponent(oneOf(company.words, random))}`, company, holds('"service"'));

export const service = (company: Company) =>
  ask('service', `/api/services/${oneOf(company.services, random)}`, company, holds('"uid"'));

/** Reads a row and writes its description. Two who do so at once are told: the second one's 412 is right. */
export function edit(company: Company, id = oneOf(company.services, random)) {
  const path = `/api/budgets/${id}?fy=${company.fy}`;
  const { status, body } = ask('service', path, company, holds('"version"'));
  if (status !== 200) return;
  const { version } = JSON.parse(body) as { version: number };
  const answer = send('edit', path, company, version, { description: `Load ${Math.random()}` });
  check(answer, { 'edit is kept, or refused as stale': ({ status: kept }) => kept === 200 || kept === 412 });
}

/** Between two things that a person does: a second and a half, more or less. */
export const think = () => sleep(0.5 + 2 * Math.random());

/** What people at work ask for. */
export function day(company: Company, writeShare: number) {
  const wanted = wish(company, writeShare, random);
  if (wanted.kind === 'write') edit(company, wanted.service);
  else askFor[wanted.kind](wanted.path, company);
}
