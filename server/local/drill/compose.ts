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
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.url = `https://localhost:${installation.port}`;
  }

  run(...args: string[]): Promise<string> {
    const { project, port, secrets, version = '' } = this.#installation;
    return docker(['compose', '--project-name', project, ...args], {
      PORT: String(port),
      PUBLIC_URL: this.url,
      OPEX_SECRETS: secrets,
      OPEX_VERSION: version,
    });
  }

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

  sql = (text: string) =>
    this.run(
      'exec',
      '--no-TTY',
      'primary',
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

export async function docker(args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    const { stdout } = await execute('docker', args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new CommandFailed(`docker ${args.join(' ')} failed: ${stderr.trim() || message}`);
  }
}
