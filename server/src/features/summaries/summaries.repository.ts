import { z } from 'zod';
import { execute, readRows } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';

const finding = { name: 'users.summary', text: 'SELECT daily_summary AS "isOn" FROM users WHERE id = $1' };
export const isSubscribed = async (userId: number, tx?: Transaction): Promise<boolean> => {
  const [found] = await readRows({ ...finding, values: [userId] }, z.object({ isOn: z.boolean() }), tx);
  return found?.isOn ?? false;
};

const setting = { name: 'users.set_summary', text: 'UPDATE users SET daily_summary = $2 WHERE id = $1' };
export const setSubscribed = (userId: number, isOn: boolean, tx: Transaction) =>
  execute({ ...setting, values: [userId, isOn] }, tx);

const findingAll = {
  name: 'users.subscribed',
  text: 'SELECT id FROM users WHERE daily_summary AND disabled_at IS NULL ORDER BY id',
};
export const findSubscribers = async (): Promise<number[]> =>
  (await readRows(findingAll, z.object({ id: z.int() }))).map(({ id }) => id);
