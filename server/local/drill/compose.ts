import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CommandFailed } from '../command.ts';
import { checkout } from '../folders.ts';

const execute = promisify(execFile);

export interface Installation {
  project: string;
  port: number;
  secrets: string;
  /** The tag of both images; the one that a build gives, if none is named. */
  version?: string;
}

/** A compose project of its own beside whatever else runs on this machine. */
export class Compose {
  readonly url: string;
  /** What would stand in .env. */
  readonly settings: Record<string, string>;

  constructor({ project, port, secrets, version = '' }: Installation, settings: Record<string, string> = {}) {
    this.url = `https://localhost:${port}`;
    this.settings = {
      COMPOSE_PROJECT_NAME: project,
      PORT: String(port),
      PUBLIC_URL: this.url,
      OPEX_SECRETS: secrets,
      OPEX_VERSION: version,
      ...settings,
    };
  }

  run = (...args: string[]) => docker(['compose', ...args], this.settings);

  up = () => this.run('up', '--detach', '--wait', '--no-build', '--no-recreate');

  async containersOf(service: string): Promise<string[]> {
    return (await this.run('ps', '--all', '--quiet', service)).split('\n').filter(Boolean);
  }

  /** As a crash would. Nobody starts it again but who wants it back. */
  async kill(service: string): Promise<void> {
    const [container = ''] = await this.containersOf(service);
    await docker(['kill', container]);
  }

  /** A command of the product, in a container of its own. */
  product = (...args: string[]) => this.run('exec', '--no-TTY', 'worker', 'node', 'server/dist/main.js', ...args);

  /** What was committed by then; without a time all that was. */
  restore = (to: string) =>
    docker(['compose', 'up', '--detach', '--wait', '--no-deps', '--force-recreate', 'restored'], {
      ...this.settings,
      RESTORE_TO: to,
    });

  removeVolume = (name: string) => docker(['volume', 'rm', `${this.settings['COMPOSE_PROJECT_NAME']}_${name}`]);

  sql = (text: string, service = 'primary') =>
    this.run(
      'exec',
      '--no-TTY',
      service,
      'psql',
      '--username',
      'postgres',
      '--no-align',
      '--tuples-only',
      '--command',
      text,
      'opex',
    );
}

export const docker = (args: string[], env: Record<string, string> = {}) => program('docker', args, env);

export async function program(name: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    const { stdout } = await execute(name, args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new CommandFailed(`${name} ${args.join(' ')} failed: ${stderr.trim() || message}`);
  }
}
