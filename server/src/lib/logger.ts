import winston from 'winston';
import { config } from '../config.ts';
import { currentRequest, type RequestIds } from './request-context.ts';

const secretName = /pass(word)?|token|secret|authorization|cookie|^key$|csrf/i;

/** No secret leaves in a log line, whatever object it was part of. */
function readable(key: string, value: unknown) {
  if (key !== '' && secretName.test(key) && value) return '[redacted]';
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, ...('code' in value && { code: value.code }), ...(cause !== undefined && { cause }) };
}

const withRequestId = winston.format((info) => {
  const context = currentRequest();
  info['requestId'] ??= context?.requestId;
  info['givenId'] ??= context?.givenId;
  info['traceId'] ??= context?.traceId;
  return info;
});

/** Console only: the operator decides where lines go. JSON escapes what could forge a line. */
export const logger = winston.createLogger({
  level: config.LOG_LEVEL,
  levels: { error: 0, warn: 1, info: 2, debug: 3 },
  silent: config.NODE_ENV === 'test',
  format: winston.format.combine(
    winston.format.timestamp(),
    withRequestId(),
    winston.format.json({ replacer: readable }),
  ),
  transports: [new winston.transports.Console()],
});

type Answered = { method: string; route: string; status: number; milliseconds: number } & RequestIds;
let lines: string[] = [];
const writeEveryMs = 20;

/** A line for every request, as the logger would write it, for a tenth of its time: nothing in it can hold a secret. */
export function logAnswer(level: 'info' | 'debug', answered: Answered) {
  if (logger.silent || !logger.isLevelEnabled(level)) return;
  lines.push(`${JSON.stringify({ level, message: 'Answered', ...answered, timestamp: new Date().toISOString() })}\n`);
  if (lines.length === 1) setTimeout(writeLines, writeEveryMs).unref();
}

function writeLines() {
  if (lines.length > 0) process.stdout.write(lines.join(''));
  lines = [];
}
process.on('exit', writeLines);
