import { config } from '../../config.ts';
import { primaryPool } from '../../lib/database.ts';
import { pendingMigrations } from '../../lib/migrate.ts';

export const ping = () => primaryPool.query('SELECT 1');

export const isMigrated = async () => (await pendingMigrations(config.DATABASE_URL)).length === 0;
