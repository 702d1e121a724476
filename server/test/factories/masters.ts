import { named, written } from './written.ts';

export const createEntity = (name = named()) => written((tx) => tx.entity.create({ data: { name } }));
export const createVendor = (name = named()) => written((tx) => tx.vendor.create({ data: { name } }));
export const createTower = (name = named()) => written((tx) => tx.tower.create({ data: { name } }));
