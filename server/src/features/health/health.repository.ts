import { addressOf } from '../../lib/addresses.ts';
import { primaryPool } from '../../database/database.ts';
import { schemaDifference } from '../../database/migrate.ts';

const trifle = { text: 'SELECT 1', query_timeout: 1_000 };
export const ping = () => primaryPool.query(trifle);

export const difference = () => schemaDifference(addressOf.primary());
