import type { SearchHit } from '@opex/contracts/search';
import type { Caller } from '../../lib/caller.ts';
import * as repository from './search.repository.ts';

export const search = ({ scope }: Caller, q: string): Promise<SearchHit[]> => repository.find(q, scope);
