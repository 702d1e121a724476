import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../folders.ts';
import { assumptionsFile, measuredFile } from './model.rules.ts';
import { pageOf } from './page.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(join(checkout, 'k8s/capacity', file), 'utf8'));

export const capacityFile = join(checkout, 'k8s/CAPACITY.md');
export const capacityPage = () =>
  pageOf(measuredFile.parse(read('measured.json')), assumptionsFile.parse(read('assumptions.json')));
