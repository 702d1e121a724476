import { useState } from 'react';

/** While a cell is being edited the page keeps its rows in place. A change of another person in that time becomes a conflict. */
export function useStill<Page>(page: Page, query: unknown, isTyping: boolean): Page {
  const [held, setHeld] = useState({ page, query });
  const isHeld = isTyping && held.query === query;
  if (!isHeld && held.page !== page) setHeld({ page, query });
  return isHeld ? held.page : page;
}
