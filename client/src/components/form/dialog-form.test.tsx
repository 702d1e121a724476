import { currencyBody, currencyEndpoints, type CurrencyBody } from '@opex/contracts/currencies';
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { callApi } from '../../lib/api.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { FormDialog } from './form-dialog.tsx';
import { FormField } from './form-field.tsx';
import { useDialogForm } from './use-dialog-form.ts';

const place = 'a test';

function Page() {
  const { task, open, close } = useDialog<true>(place);
  return (
    <>
      <button onClick={() => open(true)}>Open</button>
      {task && <CurrencyDialog onClose={close} />}
    </>
  );
}

function CurrencyDialog({ onClose }: { onClose: () => void }) {
  const write = useWrite((body: CurrencyBody) => callApi(currencyEndpoints.create, { body }), onClose);
  const form = useDialogForm({
    place,
    initial: { code: '', name: '' },
    titles: { code: 'Code', name: 'Name' },
    schema: currencyBody,
    error: write.error,
  });
  return (
    <FormDialog
      title="Add currency"
      confirmLabel="Add"
      isBusy={write.isPending}
      {...form.dialog((body) => write.mutate(body))}
      onCancel={onClose}
    >
      <FormField form={form} name="code" autoFocus toValue={(typed) => typed.toUpperCase()} />
      <FormField form={form} name="name" />
    </FormDialog>
  );
}

async function open(answers: Answers = () => undefined) {
  const { asked } = renderPage(<Page />, { answers });
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  const dialog = await screen.findByRole('dialog');
  const field = (label: string) => within(dialog).getByLabelText<HTMLInputElement>(label);
  return { asked, dialog, field, add: within(dialog).getByRole('button', { name: 'Add' }) };
}

const whyOf = (button: HTMLElement) =>
  document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent;

async function put(dialog: HTMLElement) {
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' })); // what is typed would be kept
}

test('the first field has the focus, and the button says why it cannot save', async () => {
  const { dialog, field, add } = await open();
  expect(document.activeElement).toBe(field('Code'));
  expect(whyOf(add)).toBe('Code: use three capital letters, such as USD');
  await userEvent.type(field('Code'), 'usd');
  expect(whyOf(add)).toBe('Name: fill this in');
  await userEvent.type(field('Name'), 'Dollar');
  expect(whyOf(add)).toBeUndefined();
  expect(add).toHaveProperty('disabled', false);
  await put(dialog);
});

test('limits are those of the contract', async () => {
  const { dialog, field } = await open();
  expect(currencyBody.safeParse({ code: 'USD', name: 'x'.repeat(field('Name').maxLength) }).success).toBe(true);
  expect(currencyBody.safeParse({ code: 'USD', name: 'x'.repeat(field('Name').maxLength + 1) }).success).toBe(false);
  await userEvent.type(field('Code'), 'US');
  await userEvent.tab();
  await within(dialog).findByText('Use three capital letters, such as USD', { selector: '.MuiFormHelperText-root' });
  expect(field('Code').getAttribute('aria-invalid')).toBe('true');
  await put(dialog);
});

test('what the server says of a field stands at the field, which gets the focus, and goes when it is changed', async () => {
  const words = 'There is already a currency of this name';
  const { asked, dialog, field, add } = await open(() =>
    problemAnswer(422, 'Some fields are not valid', { errors: [{ pointer: '/name', code: 'rule', message: words }] }),
  );
  await userEvent.type(field('Code'), 'usd');
  await userEvent.type(field('Name'), ' Dollar ');
  await userEvent.click(add);

  await within(dialog).findByText(words);
  expect(field('Name').getAttribute('aria-invalid')).toBe('true');
  await vi.waitFor(() => expect(document.activeElement).toBe(field('Name')));
  expect(within(dialog).queryByRole('alert')).toBeNull();
  expect(field('Name').value).toBe(' Dollar ');
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ code: 'USD', name: 'Dollar' });
  await userEvent.type(field('Name'), 's');
  await vi.waitFor(() => expect(within(dialog).queryByText(words)).toBeNull());
  await put(dialog);
});

test('what no field shows is said below them', async () => {
  const { dialog, field, add } = await open(() => problemAnswer(409, 'This code is taken'));
  await userEvent.type(field('Code'), 'usd');
  await userEvent.type(field('Name'), 'Dollar');
  await userEvent.click(add);
  expect((await within(dialog).findByRole('alert')).textContent).toBe('This code is taken');
  await put(dialog);
});

test('Escape asks before typed text is lost, and another page does not lose it', async () => {
  const { field } = await open();
  await userEvent.type(field('Name'), 'Dollar');
  await userEvent.keyboard('{Escape}');
  await userEvent.click(await screen.findByRole('button', { name: 'Keep editing' }));
  expect(field('Name').value).toBe('Dollar');

  cleanup();
  renderPage(<Page />, { answers: () => undefined });
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByLabelText<HTMLInputElement>('Name').value).toBe('Dollar');
  await put(dialog);
});
