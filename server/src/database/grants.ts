import { withClient } from './with-client.ts';

/**
 * Gives the service's role the rights that it needs on every table, and no more. The owner runs it after migrating. A
 * service that runs as the owner has every right already; it warns of that when it starts.
 */
export async function grantToApplication(ownerUrl: string, applicationUrl: string): Promise<void> {
  const application = decodeURIComponent(new URL(applicationUrl).username);
  if (application === decodeURIComponent(new URL(ownerUrl).username)) return;
  await withClient(ownerUrl, (client) => client.query('SELECT grant_to_application($1)', [application]));
}
