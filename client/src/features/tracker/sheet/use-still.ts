import { useState } from 'react';

/** While somebody types in a cell, the page stands as it was: nothing moves away, and what others change is asked about. */
export function useStill<Page>(page: Page, query: unknown, isTyping: boolean): Page {
  const [held, setHeld] = useState({ page, query });
  const isHeld = isTyping && held.query === query;
  if (!isHeld && held.page !== page) setHeld({ page, query });
  return isHeld ? held.page : page;
}
