import { config } from '../../config.ts';
import { primaryPool } from '../../database/database.ts';
import { pendingMigrations } from '../../database/migrate.ts';

const trifle = { text: 'SELECT 1', query_timeout: 1_000 };
export const ping = () => primaryPool.query(trifle);

export const isMigrated = async () => (await pendingMigrations(config.DATABASE_URL)).length === 0;
