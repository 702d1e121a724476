/** How values of a row of allocation keys are called where they are kept, and how driver values are written. */
export const valueOf = {
  /** `1` where there is such a key. */
  exists: 'key',
  type: 'type',
  version: (from: string) => `v:${from}`,
  driver: (from: string, entityId: number) => `d:${from}:${entityId}`,
} as const;

export const versionIn = (key: string) => (key.startsWith('v:') ? key.slice(2) : undefined);
export function driverIn(key: string): { from: string; entityId: number } | undefined {
  const [, from, entityId] = /^d:([\d-]{10}):(-?\d+)$/.exec(key) ?? [];
  return from && entityId ? { from, entityId: Number(entityId) } : undefined;
}

/** Without zeros that say nothing: 60.50000000 is 60.5. */
export const inFull = (value: string) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);

const decimals = 8;
/** Exact, of numbers with up to eight decimals. */
export function sumOf(values: readonly string[]): string {
  const units = values.reduce((sum, value) => {
    const [whole = '0', fraction = ''] = value.split('.');
    return sum + BigInt(whole + fraction.padEnd(decimals, '0'));
  }, 0n);
  const digits = units.toString().padStart(decimals + 1, '0');
  return inFull(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}
