import { render, screen } from '@testing-library/react';
import { Suspense } from 'react';
import { expect, test } from 'vitest';
import { codeOf } from './code.ts';
import { drawn } from './later.ts';

const newCode = () => codeOf(() => Promise.resolve(() => <p>The page</p>));
const draw = (code: ReturnType<typeof newCode>) => {
  const Page = drawn(code);
  const { container } = render(
    <Suspense fallback="Waiting">
      <Page />
    </Suspense>,
  );
  return container.textContent;
};

test('what is here is drawn at once', async () => {
  const code = newCode();
  await code.load();
  expect(draw(code)).toBe('The page');
});

test('what is not here is waited for', async () => {
  expect(draw(newCode())).toBe('Waiting');
  await screen.findByText('The page');
});
