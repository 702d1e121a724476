import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { inside, outside } from '../src/app/routes.ts';
import { choose, csv } from './imports.ts';
import { accessibilityFindings, describeInBrowser, type Person, settled, signIn } from './product.ts';

/** What stands in an address where its route leaves a part open. */
const openParts: Record<string, string> = { ':id': '1', ':kind?': '' };
const addressOf = (route: string) =>
  route.replace(/\/(:\w+\??)/g, (_, part: string) => {
    const filled = openParts[part];
    if (filled === undefined) throw new Error(`Say in openParts what ${part} of ${route} may be`);
    return filled && `/${filled}`;
  });
/** Pages that look otherwise at another address. Their tabs are found on them. */
const views = [
  '/?tables=months,towers,vendors',
  '/tracker?view=months',
  '/tracker?q=nothing+has+this+name',
  '/jobs?state=failed',
  '/no-such-page',
];
/** What opens over a page. */
const openings: { path: string; title: string; open: (page: Page) => Promise<void> }[] = [
  { path: '/tracker', title: 'the palette', open: (page) => page.keyboard.press('Control+k') },
  {
    path: '/tracker',
    title: 'the column chooser',
    open: (page) => page.getByRole('button', { name: 'Columns' }).click(),
  },
  {
    path: '/tracker',
    title: 'the filter menu',
    open: (page) => page.getByRole('button', { name: 'Filter', exact: true }).click(),
  },
  {
    path: '/tracker',
    title: 'a new service',
    open: (page) => page.getByRole('button', { name: 'New service' }).click(),
  },
  { path: '/users', title: 'a new user', open: (page) => page.getByRole('button', { name: 'Add user' }).click() },
  {
    path: '/masters/towers',
    title: 'a new tower',
    open: (page) => page.getByRole('button', { name: 'Add tower' }).click(),
  },
  { path: '/', title: 'the account menu', open: (page) => page.getByRole('button', { name: /^Account of/ }).click() },
];
const schemes = ['light', 'dark'] as const;
const overlay = '[role=dialog], [role=menu], [role=presentation].MuiModal-root';

/** How far the page, or what scrolls it, can be moved sideways. */
const sideways = (page: Page) =>
  page.evaluate(() =>
    [document.documentElement, document.querySelector('main')].map((part) =>
      part ? part.scrollWidth - part.clientWidth : 0,
    ),
  );

async function tooWide(page: Page, path: string): Promise<string[]> {
  const found: string[] = [];
  if ((await sideways(page)).some((by) => by > 0)) found.push(`${path} by ${(await sideways(page)).join(', ')}`);
  const heading = page.getByRole('heading', { level: 1 }).first();
  const { x = -1, width = 0 } = (await heading.boundingBox()) ?? {};
  if (x < 0 || x + width > page.viewportSize()!.width) found.push(`${path}: its heading is not on screen`);
  return found;
}

async function go(page: Page, address: string) {
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await settled(page);
}

describeInBrowser('Every page', (given) => {
  let admin: Person | undefined;
  const reader = async () => (admin ??= await given.person('Admin'));

  let found: Promise<string[]> | undefined;
  /** The addresses of the app: of each route, of each tab there, and of what looks otherwise. */
  const pages = () => (found ??= findPages());
  async function findPages(): Promise<string[]> {
    const { page } = await given.open('/imports', await reader());
    await choose(
      page,
      'Budget.csv',
      csv(['UID', 'FY26 Budget', 'Owner'], ['SVC-0001', '1200000', 'Ravi'], ['NONE', '5', '']),
    );
    const addresses = new Set([...inside.map(({ path }) => addressOf(path)), ...views]);
    for (const address of [...addresses]) {
      await go(page, given.product.url + address);
      for (const tab of await page.getByRole('main').getByRole('tab').all()) {
        await tab.click();
        await expect.poll(() => tab.getAttribute('aria-selected')).toBe('true');
        const { pathname, search } = new URL(page.url());
        addresses.add(pathname + search);
      }
    }
    return [...addresses];
  }

  let examination: ReturnType<typeof examineAll> | undefined;
  /** Each page and what opens over it, opened once and looked at in both colours. */
  const examined = () => (examination ??= examineAll());
  async function examineAll() {
    const { page, complaints } = await given.open('/', await reader());
    const found = { light: [] as string[], dark: [] as string[], complaints: [] as string[], wide: [] as string[] };
    const examine = async (where: string) => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-scheme=${colorScheme}]`).waitFor();
        found[colorScheme].push(...(await accessibilityFindings(page)).map((finding) => `${where} ${finding}`));
      }
      found.complaints.push(...complaints.splice(0).map((complaint) => `${where} ${complaint}`));
    };
    for (const path of await pages()) {
      await go(page, given.product.url + path);
      found.wide.push(...(await tooWide(page, path)));
      await examine(path);
    }
    for (const { path, title, open } of openings) {
      await go(page, given.product.url + path);
      await open(page);
      await page.locator(overlay).first().waitFor();
      await settled(page);
      await examine(title);
    }
    return found;
  }

  for (const colorScheme of schemes) {
    it(`has no serious finding of axe, breaks no policy and logs no error, in ${colorScheme} colours`, async () => {
      const found = await examined();
      expect([...found[colorScheme], ...found.complaints]).toEqual([]);
    });

    it(`is the same before anybody is signed in, in ${colorScheme} colours`, async () => {
      const { email, temporaryPassword } = await given.newcomer('Viewer');
      const { page, complaints } = await given.open('/sign-in', null, { colorScheme });
      const seen: string[] = [];
      const examine = async (button: string) => {
        await page.getByRole('button', { name: button }).waitFor();
        seen.push(new URL(page.url()).pathname);
        expect(await accessibilityFindings(page)).toEqual([]);
      };
      await examine('Sign in');
      await signIn(page, { email, password: temporaryPassword });
      await examine('Change password');
      expect(seen).toEqual(outside.map(({ path }) => path));
      expect(complaints).toEqual([]);
    });
  }

  it('fits 1280 pixels without scrolling sideways', async () => {
    expect((await examined()).wide).toEqual([]);
  });

  it('fits 390 pixels without scrolling sideways', async () => {
    // Loaded in the dark: those above only changed into it.
    const { page, complaints } = await given.open('/', await reader(), { width: 390, colorScheme: 'dark' });
    const found: string[] = [];
    for (const path of await pages()) {
      await go(page, given.product.url + path);
      found.push(...(await tooWide(page, path)), ...complaints.splice(0).map((complaint) => `${path} ${complaint}`));
    }
    expect(found).toEqual([]);
  });

  it('keeps its navigation and the search within reach on a phone', async () => {
    const { page } = await given.open('/', await reader(), { width: 390, height: 844 });
    await page.getByRole('button', { name: 'Open navigation' }).click();
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await page.getByRole('heading', { name: 'Budget tracker' }).waitFor();
    await page.getByRole('link', { name: 'Master data' }).waitFor({ state: 'hidden' });
    await page.getByRole('gridcell').first().waitFor();
    const grid = page.getByRole('grid', { name: 'Budget tracker' });
    await expect.poll(async () => (await grid.boundingBox())?.height).toBeGreaterThan(300);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('SVC-0002');
    await page.getByRole('option', { name: /SVC-0002/ }).click();
    await page.getByRole('heading', { name: /SVC-0002/ }).waitFor();
  });
});
