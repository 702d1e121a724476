import * as repository from './settings.repository.ts';

/** Settings do not change while processes run, so each process reads them once. */
let settings: Promise<repository.Settings> | undefined;

export function current(): Promise<repository.Settings> {
  settings ??= repository.findAll().catch((error: unknown) => {
    settings = undefined;
    throw error;
  });
  return settings;
}

export const cursorSecret = async () => (await current()).cursorSecret;
