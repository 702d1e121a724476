import { check, sleep } from 'k6';
import { ask, type Company, send } from './product.ts';

const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)] as Item;
const orders = ['uid', '-budget', '-ytdVariance', 'vendor', 'endDate'];
const holds = (text: string) => (body: string) => body.includes(text);

export const dashboard = (company: Company) =>
  ask('dashboard', `/api/reports/dashboard?fy=${company.fy}`, company, holds('"totals"'));

export function tracker(company: Company) {
  const tower = Math.random() < 0.5 && company.towers.length > 0 ? `&tower=${oneOf(company.towers)}` : '';
  const page = tower ? '' : `&page=${1 + Math.floor(Math.random() * Math.ceil(company.services.length / 50))}`;
  const path = `/api/budgets?fy=${company.fy}&limit=50&sort=${oneOf(orders)}${tower}${page}`;
  return ask('tracker', path, company, holds('"pagination"'));
}

export const search = (company: Company) =>
  ask('search', `/api/search?q=${encodeURIComponent(oneOf(company.words))}`, company, holds('"service"'));

export const service = (company: Company) =>
  ask('service', `/api/services/${oneOf(company.services)}`, company, holds('"uid"'));

export const months = (company: Company) =>
  ask('months', `/api/services/${oneOf(company.services)}/months?fy=${company.fy}`, company, holds('"months"'));

/** Reads a row and writes its description. Two who do so at once are told: the second one's 412 is right. */
export function edit(company: Company) {
  const path = `/api/budgets/${oneOf(company.services)}?fy=${company.fy}`;
  const { status, body } = ask('service', path, company, holds('"version"'));
  if (status !== 200) return;
  const { version } = JSON.parse(body) as { version: number };
  const answer = send('edit', path, company, version, { description: `Load ${Math.random()}` });
  check(answer, { 'edit is kept, or refused as stale': ({ status: kept }) => kept === 200 || kept === 412 });
}

/** Between two things that a person does: a second and a half, more or less. */
export const think = () => sleep(0.5 + 2 * Math.random());

/** What people at work ask for: the same mix as `npm run bench -- --mix`. */
export function day(company: Company, writeShare: number) {
  const dice = Math.random();
  if (Math.random() < writeShare) edit(company);
  else if (dice < 0.4) dashboard(company);
  else if (dice < 0.9) tracker(company);
  else months(company);
}
