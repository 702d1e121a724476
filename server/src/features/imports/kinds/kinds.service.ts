import type { LoadedKind } from '@opex/contracts/import-kinds';
import { actualsKind } from './actuals-kind.service.ts';
import { budgetKind } from './budget-kind.service.ts';
import { keysKind } from './keys-kind.service.ts';
import type { Kind } from './kind.service.ts';
import { trackerKind } from './tracker-kind.service.ts';

export const kinds: Record<LoadedKind, Kind> = {
  budget: budgetKind,
  tracker: trackerKind,
  actuals: actualsKind,
  'allocation-keys': keysKind,
};
