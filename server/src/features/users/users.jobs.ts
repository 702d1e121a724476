import { config } from '../../config.ts';
import type { Job } from '../../lib/jobs.ts';
import { ensureFirstAdmin } from './users.service.ts';

export const firstAdmin: Job = {
  name: 'Adding the first administrator',
  async prepare() {
    const greeting = await ensureFirstAdmin(config.OPEX_ADMIN_EMAIL, config.OPEX_ADMIN_PASSWORD);
    if (greeting) process.stdout.write(`${greeting}\n`);
  },
};
