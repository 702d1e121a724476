import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { formatShort } from '../src/domain/amounts/format.ts';
import { describeInBrowser, type Look, type Person, settled } from './product.ts';
import { amountIn, currentYear } from './tracker.ts';

/** A figure that leads to the tracker: what is read, and to the paisa where it is said. */
type Drill = { words: string; exact: string | null; to: string };

/** One figure of each kind in each part of the dashboard: the last, where there are several. */
async function drillsOn(page: Page): Promise<Drill[]> {
  const all = await page.locator('main a[href^="/tracker"]').evaluateAll((links) =>
    links.map((link) => ({
      part: link.closest('section, dl > div, ul, p')?.textContent.slice(0, 12) ?? '',
      words: link.closest('li')?.textContent ?? link.textContent,
      exact:
        link.querySelector('[title]')?.getAttribute('title') ??
        link.parentElement?.getAttribute('title') ??
        link.textContent,
      to: link.getAttribute('href') ?? '',
    })),
  );
  const figures = all.filter(({ words }) => /\d\.\d\d|^-$|\d services? /.test(words));
  return [...new Map(figures.map((figure) => [`${figure.part} ${markOf(figure.to)}`, figure])).values()];
}

const markOf = (to: string) => new URL(to, 'http://here').searchParams.get('mark');
const sizeOf = (text: string | null) => amountIn(text).replace('-', '');
const isExact = (text: string | null): text is string =>
  /^[+-]?[\d,]+\.\d\d( (over|under)( budget)?)?$|^-$/.test(text ?? '');
const gridOf = (page: Page) => page.getByRole('grid', { name: 'Budget tracker' });
/** The figure of the total row whose column is marked. */
const totalOf = (page: Page, field: string) =>
  page.getByRole('group', { name: 'Totals' }).locator(`[data-field="${field}"]`);

describeInBrowser('Every figure of the dashboard', (given) => {
  let fy: string;
  let month: string;
  let entityId: number;
  let whole: Person;
  let scoped: Person;
  beforeAll(async () => {
    const year = await currentYear(given.admin);
    fy = year.label;
    month = String(year.reportedThrough - 1);
    const { data } = (await given.admin.json('/api/entities?limit=50')) as { data: { id: number }[] };
    entityId = data[0]!.id;
    whole = await given.person('Viewer');
    scoped = await given.person('Viewer', [entityId]);
  });

  /** Follows each of them: the total of the marked column is the figure, and Back returns to the dashboard as it was. */
  async function followAll(who: Person, search: string, look: Look) {
    const { page, complaints } = await given.open(`/?fy=${fy}&${search}`, who, { width: 1920, ...look });
    await settled(page);
    const drills = await drillsOn(page);
    const wrong: string[] = [];
    const here = page.url();
    for (const { words, exact, to } of drills) {
      await page.locator(`main a[href="${to}"]`).first().click();
      await gridOf(page).waitFor();
      await settled(page);
      const mark = markOf(to);
      if (mark) {
        const header = page.locator(`[role=columnheader][data-field="${mark}"]`);
        const shown = await totalOf(page, mark).evaluate(
          (cell) => cell.querySelector('[title]')?.getAttribute('title') ?? cell.textContent,
        );
        const total = sizeOf(shown);
        const isTotal = isExact(exact)
          ? sizeOf(exact) === total
          : [total, formatShort(total, 'en-IN')].some((text) =>
              words.replaceAll(',', '').includes(text.replaceAll(',', '')),
            );
        if (!isTotal) wrong.push(`${words} (${exact}) opens ${to}, whose ${mark} is ${shown}`);
        if (!(await header.isVisible())) wrong.push(`${to}: ${mark} is not in sight`);
        const colour = (part: Element) => getComputedStyle(part).backgroundColor;
        const usual = await page.locator('[role=columnheader][data-field=uid]').evaluate(colour);
        if ((await header.evaluate(colour)) === usual) wrong.push(`${to}: ${mark} is not marked`);
      } else {
        const [count = ''] = /^\d+/.exec(words) ?? [];
        if (!(await page.getByText(`of ${count}`, { exact: false }).count()))
          wrong.push(`${words}: ${to} lists others`);
      }
      await page.goBack();
      await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
      await settled(page);
      expect(page.url()).toBe(here);
    }
    expect(wrong).toEqual([]);
    expect(complaints).toEqual([]);
    return drills;
  }

  const horizons: [string, () => string][] = [
    ['to date', () => ''],
    ['of the full year', () => 'horizon=year'],
    ['of a month', () => `horizon=${month}`],
  ];
  for (const [title, horizon] of horizons) {
    it(`${title} opens what it is made of, in full`, async () => {
      const drills = await followAll(whole, `${horizon()}&tables=months,towers,vendors`, { isExact: true });
      expect(drills.length).toBeGreaterThan(20);
    });

    it(`${title} opens what it is made of, in lakh and as charts`, async () => {
      const drills = await followAll(whole, horizon(), {});
      expect(drills.length).toBeGreaterThan(12);
    });

    it(`${title} opens what it is made of, for somebody who sees one entity, and with an entity chosen`, async () => {
      await followAll(scoped, `${horizon()}&tables=towers`, { isExact: true });
      await followAll(whole, `${horizon()}&entity=${entityId}`, { isExact: true });
    });
  }

  it('is brought into sight on a phone', async () => {
    const { page } = await given.open(`/?fy=${fy}`, whole, { width: 390 });
    await page.locator('dl dd a').last().click();
    await gridOf(page).waitFor();
    await settled(page);
    const right = async () => {
      const box = await page.getByRole('group', { name: 'Outlook total' }).boundingBox();
      return box ? box.x + box.width : Infinity;
    };
    await expect.poll(right).toBeLessThanOrEqual(390);
  });

  it('of the months: a bar opens its month', async () => {
    const { page } = await given.open(`/?fy=${fy}`, whole, { isExact: true });
    for (const what of ['budget', 'actual']) {
      await settled(page);
      await page.locator(`[data-opens="${month} ${what}"]`).click();
      await gridOf(page).waitFor();
      await settled(page);
      const { searchParams } = new URL(page.url());
      expect(searchParams.get('horizon')).toBe(month);
      expect(await page.getByRole('combobox', { name: 'Horizon' }).inputValue()).toBe(month);
      const report = (await given.admin.json(`/api/reports/dashboard?fy=${fy}`)) as {
        months: { period: number; budget: string; actual: string }[];
      };
      const bar = report.months.find(({ period }) => period === Number(month))!;
      const mark = what === 'budget' ? 'monthBudget' : 'monthActual';
      await expect.poll(async () => amountIn(await totalOf(page, mark).textContent())).toBe(bar[what as 'budget']);
      await page.goBack();
      await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    }
  });
});

describeInBrowser('The horizon', (given) => {
  const horizonOf = (page: Page) => page.getByRole('combobox', { name: 'Horizon' });
  const columnsOf = (page: Page) =>
    page.locator('[role=columnheader]').evaluateAll((heads) => heads.map((head) => head.getAttribute('data-field')));

  it('goes along from page to page and back, and its columns follow it', async () => {
    const { page } = await given.open('/', await given.person('Viewer'), { width: 1920 });
    await horizonOf(page).selectOption('year');
    await expect.poll(() => page.url()).toContain('horizon=year');
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await gridOf(page).waitFor();
    await settled(page);
    expect(await columnsOf(page)).toEqual(expect.arrayContaining(['budget', 'actual', 'variance']));
    expect(await columnsOf(page)).not.toContain('ytdVariance');

    await page.locator('[role=columnheader][data-field=variance]').click();
    await expect.poll(() => page.url()).toContain('sort=-variance');
    await horizonOf(page).selectOption({ index: 3 });
    await expect.poll(() => page.url()).toContain('sort=-monthVariance');
    await expect
      .poll(() => columnsOf(page))
      .toEqual(expect.arrayContaining(['budget', 'monthBudget', 'monthActual', 'monthVariance']));
    await page.getByRole('columnheader', { name: /^Variance May/ }).waitFor();

    await page.locator('[role=row] [data-field=uid] a').first().click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Budget tracker' }).click();
    await gridOf(page).waitFor();
    expect(await horizonOf(page).inputValue()).toBe('2');
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await expect.poll(() => horizonOf(page).inputValue()).toBe('2');
    await horizonOf(page).selectOption('');
    await expect.poll(() => page.url()).not.toContain('horizon');
  });

  it('that is none is said, on both pages, and can be taken away', async () => {
    const { page } = await given.open('/?horizon=quarter', await given.person('Viewer'));
    for (const path of ['/', '/tracker']) {
      await page.goto(`${given.product.url}${path}?horizon=quarter`);
      const note = page.getByRole('alert').filter({ hasText: 'horizon=quarter' });
      await note.getByRole('button', { name: 'Remove it' }).click();
      await note.waitFor({ state: 'hidden' });
      expect(new URL(page.url()).search).toBe('');
      await settled(page);
      expect(await horizonOf(page).inputValue()).toBe('');
    }
  });
});
