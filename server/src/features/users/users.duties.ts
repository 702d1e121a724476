import { config } from '../../config.ts';
import type { Duty } from '../../lib/duties.ts';
import { ensureFirstAdmin } from './users.service.ts';

export const firstAdmin: Duty = {
  name: 'Adding the first administrator',
  async prepare() {
    const greeting = await ensureFirstAdmin(config.OPEX_ADMIN_EMAIL, config.OPEX_ADMIN_PASSWORD);
    if (greeting) process.stdout.write(`${greeting}\n`);
  },
};
