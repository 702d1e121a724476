import { randomBytes } from 'node:crypto';
import { withClient } from '../src/database/with-client.ts';

const role = 'opex_application';

/** Makes the role that the service runs as, with a new password at every start; gives its way to the same server. */
export async function makeApplicationRole(ownerUrl: string): Promise<(url: string) => string> {
  const password = randomBytes(24).toString('base64url');
  await withClient(ownerUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN PASSWORD '${password}'`);
  });
  return (url) => {
    const own = new URL(url);
    own.username = role;
    own.password = password;
    return own.href;
  };
}
