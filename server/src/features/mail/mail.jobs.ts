import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import { jobKind } from '../jobs/jobs.service.ts';

export const isConfigured = config.SMTP_URL !== undefined;
const transport = createTransport({
  url: config.SMTP_URL ?? '',
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
});

/** A mail that is sent twice has the same id, by which mail servers and readers may know it. */
export const sendingMail = jobKind({
  name: 'mail',
  payload: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
  tries: 8,
  async work(mail, { id }) {
    if (!isConfigured) throw new AppError(422, 'SMTP_URL is not set any more');
    try {
      // As text it would be read as a list of addresses.
      const to = { name: '', address: mail.to };
      await transport.sendMail({ from: config.SMTP_FROM, ...mail, to, messageId: `<job-${id}@${installation}>` });
    } catch (error) {
      throw isForGood(error) ? new AppError(422, (error as Error).message, { cause: error }) : error;
    }
  },
});

const installation = new URL(config.PUBLIC_URL ?? 'http://opex.invalid').hostname;

/** A mail server says with 5.. that asking again will not help. */
const isForGood = (error: unknown) => ((error as { responseCode?: number }).responseCode ?? 0) >= 500;
