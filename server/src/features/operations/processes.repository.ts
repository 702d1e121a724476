import { z } from 'zod';
import { readRows } from '../../database/read.ts';

const listening = z.object({ address: z.string(), since: z.date() });

/** Every process holds one connection on which it listens. */
export const findListening = () =>
  readRows(
    {
      name: 'processes.listening',
      text: `SELECT coalesce(host(client_addr), 'this host') AS address, backend_start AS since FROM pg_stat_activity
        WHERE application_name = 'opex-listener' AND datname = current_database() ORDER BY backend_start`,
    },
    listening,
  );
