import type { Page } from 'playwright-core';
import { settled, type Person } from './product.ts';

/** How tests end a session, and what stands above the page then. */

/** Every other session of this person ends, as when signing out everywhere else. */
export const endSessionsOf = ({ api }: Person) => api.json('/api/auth/sessions', { method: 'DELETE' });
export const layerOf = (page: Page) => page.getByRole('dialog', { name: 'Sign in again' });
/** Only a request can tell the page that its session is gone. */
export const withoutStream = (page: Page) => page.context().route('**/api/events', (route) => route.abort());
/** The same from the beginning: a stream that is open already would tell of the end. */
export async function loadWithoutStream(page: Page) {
  await withoutStream(page);
  await page.reload();
  await settled(page); // else what is still on its way finds out that the session is gone
}

export async function signInAgain(page: Page, { email, password }: { email: string; password: string }) {
  const layer = layerOf(page);
  await layer.getByLabel('E-mail').fill(email);
  await layer.getByLabel('Password', { exact: true }).fill(password);
  await layer.getByRole('button', { name: 'Sign in' }).click();
}
/** Whether any of it could be read on the screen. */
export const isReadable = (page: Page, selector: string) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(wanted)].some((element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
      ),
    selector,
  );

export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
