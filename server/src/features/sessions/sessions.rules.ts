import { createHash } from 'node:crypto';

const sha256 = (text: string) => Uint8Array.from(createHash('sha256').update(text).digest());

/** The table holds hashes, so that a thief of the table cannot sign in with what it holds. */
export const hashOfToken = (token: string) => sha256(token);

export const fingerprintOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** It follows from the token, which scripts cannot read. So only a page that the server told it to can send it. */
export const csrfTokenOf = (token: string) => createHash('sha256').update(`csrf:${token}`).digest('base64url');
