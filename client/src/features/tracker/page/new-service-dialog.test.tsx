import { createServiceBody } from '@opex/contracts/services';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage, type Answers } from '../../../test/render-page.tsx';
import { useDialog } from '../../../lib/use-draft.ts';
import { year } from '../test-server.ts';
import { newServicePlace } from './new-service.ts';
import { NewServiceDialog } from './new-service-dialog.tsx';

function Page() {
  const { task, open, close } = useDialog<true>(newServicePlace);
  return (
    <>
      <button onClick={() => open(true)}>New service</button>
      {task && <NewServiceDialog fy="FY26" onClose={close} />}
    </>
  );
}

async function open(create: Answers = () => undefined) {
  const { asked } = renderPage(<Page />, {
    answers: (call) => (call.method === 'POST' ? create(call) : { baseCurrency: 'INR', data: [year] }),
  });
  await userEvent.click(screen.getByRole('button', { name: 'New service' }));
  const dialog = await screen.findByRole('dialog');
  const field = (label: RegExp) => within(dialog).getByLabelText<HTMLInputElement>(label);
  const sent = () => asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
  return { dialog, field, sent, add: within(dialog).getByRole('button', { name: 'Add service' }) };
}
const whyOf = (button: HTMLElement) =>
  document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent;
const put = (dialog: HTMLElement) => userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));

test('a new service says what it lacks, with the limits of the contract', async () => {
  const { dialog, field, add } = await open();
  expect(whyOf(add)).toBe('UID: fill this in');
  await userEvent.type(field(/^UID/), 'S-100');
  expect(whyOf(add)).toBe('Service: fill this in');
  await userEvent.type(field(/^Service \*$/), 'Hosting');
  expect(whyOf(add)).toBeUndefined();

  await userEvent.type(field(/^Budget FY26/), 'much');
  expect(whyOf(add)).toMatch(/^Budget FY26: .*much/);
  await userEvent.clear(field(/^Budget FY26/));
  await userEvent.type(field(/^Reason/), 'no');
  expect(whyOf(add)).toBe('Reason: use at least 3 characters');

  const uid = (length: number) => createServiceBody.safeParse({ uid: 'x'.repeat(length) }).success;
  expect([uid(field(/^UID/).maxLength), uid(field(/^UID/).maxLength + 1)]).toEqual([true, false]);
  await put(dialog);
});

test('what the server refuses of a new service stands at its field, and the rest is sent as it is chosen', async () => {
  const words = 'The end is before the start';
  const { dialog, field, sent, add } = await open(() =>
    problemAnswer(422, 'Some fields are not valid', {
      errors: [{ pointer: '/endDate', code: 'rule', message: words }],
    }),
  );
  await userEvent.type(field(/^UID/), 'S-100');
  await userEvent.type(field(/^Service \*$/), ' Hosting ');
  await userEvent.type(field(/^Start date/), '2026-04-01');
  await userEvent.type(field(/^End date/), '2026-03-31');
  await userEvent.type(field(/^Budget FY26/), '12L');
  await userEvent.click(add);

  await within(dialog).findByText(words, { selector: '.MuiFormHelperText-root' });
  await waitFor(() => expect(document.activeElement).toBe(field(/^End date/)));
  expect(within(dialog).queryByRole('alert')).toBeNull();
  expect(sent()).toEqual([
    {
      uid: 'S-100',
      service: 'Hosting',
      initiativeType: 'New',
      serviceType: 'Dedicated',
      startDate: '2026-04-01',
      endDate: '2026-03-31',
      budget: '1200000.00',
      fy: 'FY26',
    },
  ]);
  await put(dialog);
});

test('a click beside a new service loses nothing, and Escape asks', async () => {
  const { dialog, field } = await open();
  await userEvent.type(field(/^UID/), 'S-100');
  await userEvent.click(document.querySelector('.MuiDialog-container') as HTMLElement);
  await userEvent.click(await screen.findByRole('button', { name: 'Keep editing' }));
  expect(field(/^UID/).value).toBe('S-100');
  await userEvent.keyboard('{Escape}');
  await userEvent.click(await screen.findByRole('button', { name: 'Keep editing' }));
  expect(field(/^UID/).value).toBe('S-100');
  await put(dialog);
});
