import { createHash } from 'node:crypto';

const sha256 = (text: string) => Uint8Array.from(createHash('sha256').update(text).digest());

/** Stored hashed: whoever reads the table cannot sign in with it. */
export const hashOfToken = (token: string) => sha256(token);

export const fingerprintOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Follows from the token, which scripts cannot read; so only a page that was told it can send it. */
export const csrfTokenOf = (token: string) => createHash('sha256').update(`csrf:${token}`).digest('base64url');
