import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage } from '../../test/render-page.tsx';
import { insideAddress, SignInPage } from './sign-in-page.tsx';

const signedIn = {
  user: {
    id: 2,
    email: 'ravi@example.test',
    name: 'Ravi',
    role: 'Viewer',
    permissions: ['budgets.view'],
    entityIds: null,
    mustChangePassword: false,
  },
  csrfToken: 'token',
};

function open(answer: unknown) {
  return renderPage(<SignInPage />, {
    address: '/sign-in?to=%2Ftracker%3Ftower%3D3',
    path: '/sign-in',
    role: null,
    answers: () => answer,
  });
}
async function signIn() {
  await userEvent.type(await screen.findByLabelText('E-mail'), 'ravi@example.test');
  await userEvent.type(screen.getByLabelText('Password'), 'secret words{Enter}');
}

test('leads back to where one came from', async () => {
  const { asked } = open(signedIn);
  await signIn();
  await waitFor(() => expect(window.location).toMatchObject({ pathname: '/tracker', search: '?tower=3' }));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toEqual({ email: 'ravi@example.test', password: 'secret words' });
});

test('says in words why it does not work', async () => {
  open(problemAnswer(401, 'The e-mail address or the password is wrong'));
  await signIn();
  expect((await screen.findByRole('alert')).textContent).toBe('The e-mail address or the password is wrong');
});

test.each([
  ['/tracker?fy=FY26', '/tracker?fy=FY26'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  [null, '/'],
])('an address outside of the app is not followed: %s', (to, address) => {
  expect(insideAddress(to)).toBe(address);
});
