import type { TrackerList, TrackerRow } from '@opex/contracts/tracker';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ApiClient } from '../../server/local/api-client.ts';

/** What tests do in the budget tracker, and what the API says of it. */

export const cell = (page: Page, id: number, field: string) =>
  page.locator(`[role=row][data-id="${id}"] [data-field="${field}"]`);
export const total = (page: Page, field: string) =>
  page.getByRole('group', { name: 'Totals' }).locator(`[data-field="${field}"]`);
export const reasonDialog = (page: Page) => page.getByRole('dialog', { name: 'Why does the budget change?' });

/** Chooses a cell and types over what it holds, as in a spreadsheet. */
export async function typeInto(page: Page, id: number, field: string, text: string) {
  await cell(page, id, field).click();
  await cell(page, id, field).and(page.locator(':focus')).waitFor();
  await typeHere(page, text);
}

/** Into the cell that has the focus. */
export async function typeHere(page: Page, text: string) {
  await page.keyboard.press(text.charAt(0));
  await page.locator('.MuiDataGrid-cell--editing input:focus').waitFor();
  await page.keyboard.type(text.slice(1));
  await page.keyboard.press('Enter');
}

/** `isKept`: for the next changes too. */
export async function giveReason(page: Page, reason: string, { isKept = false } = {}) {
  await reasonDialog(page).getByRole('textbox', { name: 'Reason' }).fill(reason);
  if (isKept) await reasonDialog(page).getByRole('checkbox').check();
  await reasonDialog(page).getByRole('button', { name: 'Save' }).click();
  await reasonDialog(page).waitFor({ state: 'hidden' });
}

/** "21,90,000.00" -> "2190000.00"; "-" -> "0.00"; "+5.00 under" -> "5.00" */
export function amountIn(text: string | null): string {
  const plain = (text ?? '').replace(/[^\d.-]/g, '');
  return plain === '-' ? '0.00' : plain;
}

/** The figure on screen, once it is this one. */
export const shows = (locator: ReturnType<typeof cell>, amount: string) =>
  expect.poll(async () => amountIn(await locator.textContent())).toBe(amount);

/** Exact sums of amounts of two decimals. */
const paise = (amount: string) => BigInt(amount.replace('.', ''));
export function plus(...amounts: string[]): string {
  const sum = amounts.reduce((result, amount) => result + paise(amount), 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(3, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export async function currentYear(api: ApiClient): Promise<FiscalYear> {
  const { data } = (await api.json('/api/fiscal-years')) as { data: FiscalYear[] };
  const year = data.find(({ current }) => current);
  if (!year) throw new Error('The company has no current year');
  return year;
}

export const listOf = async (api: ApiClient, query: string) => (await api.json(`/api/budgets?${query}`)) as TrackerList;
export const rowOf = async (api: ApiClient, id: number, fy: string) =>
  (await api.json(`/api/budgets/${id}?fy=${fy}`)) as TrackerRow;

/** A change by somebody at another desk. */
export async function change(api: ApiClient, id: number, fy: string, fields: Record<string, unknown>) {
  const { version } = await rowOf(api, id, fy);
  const body = { ...fields, reason: 'A change at another desk' };
  return (await api.json(`/api/budgets/${id}?fy=${fy}`, { method: 'PATCH', body, version })) as TrackerRow;
}
