import type { IncomingMessage } from 'node:http';
import { parse } from 'cookie';

export type Cookies = Record<string, string | undefined>;

/** What came with a request, by name. */
export const cookiesOf = ({ headers: { cookie } }: IncomingMessage): Cookies =>
  cookie === undefined ? {} : parse(cookie);
