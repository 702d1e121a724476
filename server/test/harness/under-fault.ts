import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../local/api-client.ts';
import { createEntity, createService, createYear, everyMonth } from '../factories/index.ts';
import { admin } from './instances.ts';

/** Others may be given what is as old as this. */
const mayBeStaleMs = 1_000;

type Row = { id: number; version: number; budget: string };
/** `isAway`: its requests may be refused for now, but what it answers must be right. */
type Place = { url: string; isAway?: () => boolean };

/** A service whose budget rises with every edit. */
export async function risingBudget() {
  const year = await createYear('FY26');
  const { id: entityId } = await createEntity();
  const { id } = await createService({ entityId }, { planId: year.planId, months: everyMonth('1.00') });
  let value = 100;

  return { edit, shownTo, readWhile };

  async function edit(writer: ApiClient): Promise<number> {
    const { version } = (await writer.json(`/api/budgets/${id}?fy=FY26`)) as Row;
    const body = { budget: `${++value}.00`, reason: 'Test' };
    await writer.json(`/api/budgets/${id}?fy=FY26`, { method: 'PATCH', version, body });
    return value;
  }

  async function shownTo(reader: ApiClient) {
    const list = (await reader.json('/api/budgets?fy=FY26&limit=50')) as { data: Row[] };
    const dashboard = (await reader.json('/api/reports/dashboard?fy=FY26')) as { totals: { budget: string } };
    return { list: Number(list.data[0]?.budget), dashboard: Number(dashboard.totals.budget) };
  }

  /**
   * While `fault` lasts one person edits at the first place and reads at each, and another one only reads at each. Answers what was
   * wrong: an own edit that was not seen, something older than a second, a request that failed.
   */
  async function readWhile(fault: () => Promise<unknown>, places: readonly [Place, ...Place[]]): Promise<string[]> {
    const complaints: string[] = [];
    const edits: { value: number; at: number }[] = [];
    const over = new AbortController();
    const repeat = async (work: () => Promise<void>, place: Place) => {
      while (!over.signal.aborted) {
        await work().catch((error: unknown) => {
          if (!place.isAway?.()) complaints.push(String(error));
        });
        await sleep(15);
      }
    };
    const writer = await ApiClient.signIn(places[0].url, admin.email, admin.password);
    const other = await ApiClient.signIn(places[0].url, admin.email, admin.password);
    const writing = async () => {
      const edited = await edit(writer);
      edits.push({ value: edited, at: performance.now() });
      for (const { url, isAway } of places)
        await shownTo(writer.at(url)).then(
          (shown) => {
            for (const [what, amount] of Object.entries(shown))
              if (amount !== edited) complaints.push(`who wrote ${edited} saw ${amount} in the ${what}`);
          },
          (error: unknown) => {
            if (!isAway?.()) throw error;
          },
        );
      await sleep(100);
    };
    const reading = (url: string) => async () => {
      const asked = performance.now();
      const shown = await shownTo(other.at(url));
      const due = edits.findLast(({ at }) => at < asked - mayBeStaleMs);
      for (const [what, amount] of Object.entries(shown))
        if (due && amount < due.value)
          complaints.push(`${amount} was in the ${what} ${Math.round(asked - due.at)} ms after ${due.value}`);
    };
    const all = [repeat(writing, places[0]), ...places.map((place) => repeat(reading(place.url), place))];
    try {
      await fault();
    } finally {
      over.abort();
    }
    await Promise.all(all);
    if (edits.length < 5) complaints.push(`only ${edits.length} edits were made`);
    return complaints;
  }
}
