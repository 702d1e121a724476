import { z } from 'zod';
import * as jobs from '../jobs/jobs.service.ts';
import * as mail from '../mail/mail.service.ts';
import * as summaries from './summaries.service.ts';
import { today } from '../../lib/time.ts';

/** One person's mail: what they may see is looked up when it is written. */
export const writingSummary = jobs.jobKind({
  name: 'summary',
  payload: z.object({ userId: z.int(), day: z.iso.date() }),
  async work({ userId, day }, { actor, keep }) {
    const summary = await summaries.write(userId, day);
    if (!summary) return;
    await keep({ tags: [] }, async (tx) => {
      await mail.send([summary], actor, tx);
      return [];
    });
  },
});

/** In the morning, one job for each who asked. */
export const beginningDay = jobs.jobKind({
  name: 'summaries',
  payload: z.object({}),
  async work(_, { actor, keep }) {
    const people = await summaries.subscribers();
    const day = today();
    await keep({ tags: [] }, async (tx) => {
      for (const userId of people) await jobs.add(writingSummary, { userId, day }, actor, tx);
      return [];
    });
  },
});
