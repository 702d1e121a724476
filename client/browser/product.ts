import { AxeBuilder } from '@axe-core/playwright';
import type { Role } from '@opex/contracts/permissions';
import type { User, UserWithPassword } from '@opex/contracts/users';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { notesFolder } from '../../server/local/folders.ts';
import { ApiClient } from '../../server/local/api-client.ts';
import { type Product, startProduct } from '../../server/local/product.ts';

/** A user of the product, with an own way to the API. */
export type Person = { email: string; password: string; user: User; api: ApiClient };
export type Look = {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Amounts in full, so that they can be compared to the last paisa. */
  isExact?: boolean;
  /** Whether the browser may keep the page, which answers for the server then. */
  isKept?: boolean;
};
/** A tab of a person's browser, with what went wrong in it. `isLive`: changes by others are told to it from now on. */
export type Tab = { page: Page; complaints: string[]; isLive: () => Promise<void> };

export type Given = {
  readonly product: Product;
  /** The first administrator's way to the API. */
  readonly admin: ApiClient;
  /** A new user who has chosen a password. Null: all entities. */
  person: (role: Role, entityIds?: number[] | null) => Promise<Person>;
  /** A new user who has only the temporary password. */
  newcomer: (role: Role) => Promise<UserWithPassword>;
  /** A browser of its own; `who` is already signed in. */
  open: (path: string, who?: Person | null, look?: Look) => Promise<Tab>;
};

const chromiumPath = process.env['CHROMIUM_PATH'];
/**
 * The last list of features that are off counts, so it holds what Playwright's says of pages too. The first two are suggestions of
 * the address bar, which nobody sees here: each window would draw two pages for them, which takes longer than one of ours.
 */
const featuresOff = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];
const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  `--disable-features=${featuresOff.join(',')}`,
];
const missing = 'SKIPPED: install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH';

/** `services`: of its own, where a test stops them. */
type Company = Partial<Parameters<typeof startProduct>[0]>;

/** With the demo company before it closed a month, for who edits any of them. */
export const describeBeforeClose = (title: string, tests: (given: Given) => void, settings?: Record<string, string>) =>
  describeInBrowser(title, tests, { company: 'open', ...(settings && { settings }) });

/** Tests in a real Chromium against the built product, each group with a company of its own. */
export function describeInBrowser(title: string, tests: (given: Given) => void, options: Company = {}) {
  if (chromiumPath === undefined) {
    describe.skip(`${title} (${missing})`, () => tests(withoutBrowser));
    return;
  }
  describe(title, () => {
    let product: Product;
    let browser: Browser;
    let admin: ApiClient;
    const contexts: BrowserContext[] = [];
    beforeAll(async () => {
      product = await startProduct({ services: process.env, ...options });
      admin = await ApiClient.signIn(product.url, product.admin.email, product.admin.password);
      browser = await chromium.launch({ executablePath: chromiumPath, args: launchArguments });
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await keepPictures(task.name, contexts);
      for (const context of contexts.splice(0)) await context.close();
    });
    afterAll(async () => {
      await browser.close();
      await product.stop();
    });

    const newcomer = async (role: Role, entityIds: number[] | null = null) => {
      const name = `${role} ${++people}`;
      const body = { email: `person-${people}@example.com`, name, role, entityIds };
      return (await admin.json('/api/users', { method: 'POST', body })) as UserWithPassword;
    };
    const person = async (role: Role, entityIds: number[] | null = null): Promise<Person> => {
      const { temporaryPassword, ...user } = await newcomer(role, entityIds);
      const first = await ApiClient.signIn(product.url, user.email, temporaryPassword);
      const body = { current: temporaryPassword, next: ownPassword };
      await first.json('/api/auth/password', { method: 'POST', body });
      return {
        email: user.email,
        password: ownPassword,
        user,
        api: await ApiClient.signIn(product.url, user.email, ownPassword),
      };
    };
    const open = async (path: string, who?: Person | null, look: Look = {}): Promise<Tab> => {
      const { width = 1280, height = 800, colorScheme = 'light', isExact = false, isKept = false } = look;
      // What tests hold back or answer themselves must reach them.
      const serviceWorkers = isKept ? 'allow' : 'block';
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce', serviceWorkers }); // prettier-ignore
      contexts.push(context);
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.url });
      if (who) await signInQuietly(context, product.url, who, admin);
      if (isExact) await context.addInitScript((choice) => localStorage.setItem('opex-format', choice), exactAmounts);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const complaints = await listen(page);
      const streams = new Set<string>();
      page.on('response', (response) => isStream(response.url()) && streams.add(response.url()));
      await page.goto(product.url + path);
      const isLive = () => expect.poll(() => streams.size, { message: 'live streams' }).toBe(1);
      return { page, complaints, isLive };
    };

    tests({
      get product() {
        return product;
      },
      get admin() {
        return admin;
      },
      person,
      newcomer,
      open,
    });
  });
}

const isStream = (url: string) => new URL(url).pathname === '/api/events';

let people = 0;
const ownPassword = 'a password of my own';
const exactAmounts = JSON.stringify({ grouping: 'en-IN', display: 'exact' });

const unavailable = () => {
  throw new Error(missing);
};
const withoutBrowser: Given = {
  get product(): Product {
    return unavailable();
  },
  get admin(): ApiClient {
    return unavailable();
  },
  person: unavailable,
  newcomer: unavailable,
  open: unavailable,
};

/**
 * Puts the cookie of a session of this person into the browser, and what the administrator has seen: a page that is opened after
 * a change shows it, and is not given what was right a moment before.
 */
async function signInQuietly(context: BrowserContext, url: string, { email, password }: Person, admin: ApiClient) {
  const person = await ApiClient.signIn(url, email, password);
  person.hasSeenWhatIsKnownTo(admin);
  const cookies = (person.headers['cookie'] ?? '').split('; ').map((cookie) => {
    const [name = '', value = ''] = cookie.split('=');
    return { name, value, url, httpOnly: true, sameSite: 'Lax' as const };
  });
  await context.addCookies(cookies);
}

/** What a page should never do: break the content security policy, write an error to the console, throw. */
async function listen(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  const asked = new Set<Request>();
  onTheirWay.set(page, asked);
  page.on('request', (request) => isStream(request.url()) || asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  await page.exposeFunction('complain', (words: string) => complaints.push(words));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, sample }) => {
      const { complain } = window as unknown as { complain: (words: string) => void };
      complain(`policy: ${violatedDirective} ${blockedURI} ${sourceFile} ${sample}`);
    });
  });
  return complaints;
}

/** Serious and critical findings of axe, as "rule: element". */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // In one go, which our pages without frames allow; and only what was found is described.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], selectors: false });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}

/** What a page has asked for and not been given yet, but for the stream of changes, which never ends. */
const onTheirWay = new WeakMap<Page, Set<Request>>();

/** Everything that was asked for has arrived and been drawn. Wait for the page itself first: it must have asked. */
export async function settled(page: Page) {
  await page.locator('main').first().waitFor();
  const busy = page.locator('[aria-busy=true], [role=progressbar], .MuiSkeleton-root');
  const unfinished = async () => (onTheirWay.get(page)?.size ?? 0) + (await busy.count());
  await expect.poll(unfinished, { message: 'requests on their way and busy places' }).toBe(0);
}

export async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function keepPictures(name: string, contexts: readonly BrowserContext[]) {
  const folder = join(notesFolder(), 'browser-failures');
  mkdirSync(folder, { recursive: true });
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const path = join(folder, `${name.replaceAll(/\W+/g, '-').slice(0, 80)}-${index + 1}.png`);
    await page.screenshot({ path }).catch(() => undefined); // a picture less must not hide why the test failed
  }
}
