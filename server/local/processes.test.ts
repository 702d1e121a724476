import { spawn } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { portOf } from './ports.ts';
import { endInWords, exitOf } from './processes.ts';

test('a process that was killed is told from one that ended by itself', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const ended = exitOf(child);
  child.kill('SIGKILL');
  expect(endInWords(await ended)).toBe('was ended by the signal SIGKILL; perhaps the machine had no memory left');
  const own = spawn(process.execPath, ['-e', 'process.exit(3)']);
  expect(endInWords(await exitOf(own))).toBe('ended with exit code 3');
});

test.each(['abc', '70000', '1.5', '-1'])('a port "%s" is named, and not tried', (given) => {
  vi.stubEnv('PORT', given);
  expect(() => portOf('PORT', 5000)).toThrow('PORT is no port: it takes a whole number from 0 to 65535.');
  vi.unstubAllEnvs();
});
