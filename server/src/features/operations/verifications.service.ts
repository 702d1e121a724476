import { gauge } from '../../lib/metrics.ts';
import { together } from '../../lib/together.ts';
import { findLast, type Verification } from './verifications.repository.ts';

/** What "verify" kept, of whose result nobody would know when it has ended. */
export const last = together(findLast);

/** Absent until "verify" has run once, and while the database is away. */
const gaugeOf = (metric: string, help: string, read: (verification: Verification) => number) =>
  gauge(metric, help, async () => {
    const verification = await last().catch(() => undefined);
    return verification && read(verification);
  });

gaugeOf('ledger_invariant_violations', 'Rules that the last "verify" found broken', ({ broken }) => broken);
gaugeOf('verify_last_run_timestamp_seconds', 'When "verify" ran last', ({ at }) => at.getTime() / 1000);
