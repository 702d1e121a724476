import type { outcomes, SecurityEventName } from '@opex/contracts/security-events';

const words: Record<SecurityEventName, string> = {
  session_created: 'Signed in',
  session_ended: 'Session ended',
  session_expired: 'Session expired',
  authn_login_fail: 'Wrong e-mail or password',
  authn_login_lock: 'Had to wait after wrong passwords',
  authn_password_change: 'Changed the password',
  authn_password_change_fail: 'Wrong current password',
  authn_password_reset: 'Password was reset',
  authn_token_created: 'Made an API key',
  authn_token_revoked: 'Revoked an API key',
  authn_token_fail: 'Unknown API key',
  apikey_used: 'Used an API key',
  authz_fail: 'Without permission',
  csrf_fail: 'Came from another site',
  process_examined: 'Looked into a server process',
  excess_rate_limit_exceeded: 'Too many requests',
};

const isKnown = (event: string): event is SecurityEventName => Object.hasOwn(words, event);
export const eventWords = (event: string) => (isKnown(event) ? words[event] : event);

export const outcomeWords: Record<(typeof outcomes)[number], string> = {
  success: 'Success',
  failure: 'Failure',
  refused: 'Refused',
};

const detailWords: Record<string, string> = { many: 'many different ones', why: '', what: '', route: '', method: '' };

/** What else is known, in a line. */
export const detailsLine = (details: Record<string, string | number | boolean>) =>
  Object.entries(details)
    .map(([name, value]) =>
      value === true ? (detailWords[name] ?? name) : `${detailWords[name] ?? name} ${value}`.trim(),
    )
    .join(', ');
