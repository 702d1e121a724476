import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkout } from '../../server/local/folders.ts';
import { describeInBrowser } from './product.ts';

type Chunk = { src?: string; isEntry?: boolean; imports?: string[] };
const mostFiles = 12;

/** By page, how many files the browser fetches before it can draw it. */
function filesOfPages(): Record<string, number> {
  const path = join(checkout, 'client/dist/.vite/manifest.json');
  const chunks = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
  const closure = (name: string, found = new Set<string>()): Set<string> => {
    if (found.has(name)) return found;
    found.add(name);
    for (const next of chunks[name]?.imports ?? []) closure(next, found);
    return found;
  };
  const named = (test: RegExp) => Object.keys(chunks).filter((name) => test.test(name));
  const always = named(/src\/app\/app\.tsx$|index\.html$/);
  return Object.fromEntries(
    named(/-page\.tsx$/).map((name) => [name, new Set([...always, name].flatMap((one) => [...closure(one)])).size]),
  );
}

describeInBrowser('The first visit', (given) => {
  it('takes few files for any page', async () => {
    const many = Object.entries(filesOfPages()).filter(([, files]) => files > mostFiles);
    expect(Object.keys(filesOfPages()).length).toBeGreaterThan(5);
    expect(many).toEqual([]);
    const html = await (await fetch(`${given.product.url}/tracker`)).text();
    expect(html).toMatch(/<link rel="modulepreload" crossorigin href="\/assets\/app-[^"]+\.js"/);
  });

  it('asks for the figures while the code that draws them is on its way, and the second for no file', async () => {
    const { page } = await given.open('/sign-in', await given.person('Editor'));
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/assets/app-*.js', async (route) => {
      await held;
      await route.continue();
    });
    const asked = ['/api/auth/me', '/api/fiscal-years', '/api/budgets'].map((path) =>
      page.waitForRequest((request) => new URL(request.url()).pathname === path),
    );
    await page.goto(`${given.product.url}/tracker`, { waitUntil: 'commit' });
    await Promise.all(asked);
    expect(await page.getByRole('main').count()).toBe(0);
    letGo();
    await page.getByRole('gridcell').first().waitFor();

    await page.unrouteAll();
    const fetched = async () => {
      await page.goto(`${given.product.url}/tracker`);
      await page.getByRole('gridcell').first().waitFor();
      return page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter((entry) => entry.name.includes('/assets/') && (entry as PerformanceResourceTiming).transferSize > 0)
          .map(({ name }) => name),
      );
    };
    await fetched();
    expect(await fetched()).toEqual([]);
  });
});
