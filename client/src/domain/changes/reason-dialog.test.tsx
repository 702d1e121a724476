import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import { problemAnswer, renderPage } from '../../test/render-page.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

const words = 'Write something that can be read';

function Asking() {
  const params = { id: 1, versionId: 2 };
  const write = useWrite((reason: string) =>
    callApi(allocationKeyEndpoints.removeVersion, { params, version: 1, body: { reason } }),
  );
  return (
    <ReasonDialog
      title="Remove it"
      error={write.error}
      onConfirm={(reason) => write.mutate(reason)}
      onCancel={() => {}}
    />
  );
}

test('a reason is asked for at its field, where the server is heard as well', async () => {
  const { asked } = renderPage(<Asking />, {
    answers: () =>
      problemAnswer(422, 'Some fields are not valid', {
        errors: [{ pointer: '/reason', code: 'rule', message: words }],
      }),
  });
  const field = screen.getByLabelText('Reason');
  await userEvent.type(field, 'no{Enter}');
  expect((await screen.findByRole('alert')).textContent).toBe('Use at least 3 characters');
  expect(asked).toEqual([]);

  await userEvent.type(field, ' need{Enter}');
  await screen.findByText(words, { selector: '.MuiFormHelperText-root' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect(asked.map(({ body }) => body)).toEqual([{ reason: 'no need' }]);
});
