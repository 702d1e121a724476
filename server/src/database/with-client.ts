import pg from 'pg';

type Options = Pick<pg.ClientConfig, 'application_name'> & {
  /** How long the server may be silent; the work itself may take as long as it takes. */
  silentMs?: number;
};

/**
 * Runs the work of a command on a connection of its own. Meanwhile another connection asks whether the server still
 * answers: so a command waits for a long migration, and not for a server that hangs.
 */
export async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
  { silentMs = 10_000, ...more }: Options = {},
): Promise<Result> {
  const patient = { connectionString, connectionTimeoutMillis: silentMs };
  const client = new pg.Client({ ...patient, ...more });
  client.on('error', () => undefined); // the query in progress fails and tells it
  let silence: Error | undefined;
  const watch = setInterval(() => {
    void answers(connectionString, silentMs).then((isThere) => {
      if (isThere) return;
      silence = silent(connectionString);
      void client.end();
    });
  }, silentMs);
  try {
    await client.connect().catch((error: unknown) => {
      throw error instanceof Error && error.message === 'timeout expired' ? silent(connectionString, error) : error;
    });
    return await work(client);
  } catch (error) {
    throw silence ?? error;
  } finally {
    clearInterval(watch);
    if (!silence) await client.end();
  }
}

/** Only silence counts: a server that refuses another connection is there. */
async function answers(connectionString: string, silentMs: number): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: silentMs, query_timeout: silentMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    return !/^(timeout expired|Query read timeout)$/.test((error as Error).message);
  } finally {
    void client.end();
  }
}

const silent = (connectionString: string, cause?: unknown) =>
  new Error(`The database at ${new URL(connectionString).host} does not answer. Is it overloaded, or stopped?`, {
    cause,
  });
