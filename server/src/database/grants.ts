import { withClient } from './with-client.ts';

/**
 * Gives the role that the service runs as what it needs on every table there is, and no more. To be run by the owner after
 * migrating. Without a role of its own there is nothing to give: the owner may do everything, the service warns.
 */
export async function grantToApplication(ownerUrl: string, applicationUrl: string): Promise<void> {
  const application = decodeURIComponent(new URL(applicationUrl).username);
  if (application === decodeURIComponent(new URL(ownerUrl).username)) return;
  await withClient(ownerUrl, (client) => client.query('SELECT grant_to_application($1)', [application]));
}
