type Request = { name: string; method: string; url: string; status: number; error: string };

/** What a suite did since the last `forget`. */
export const seen = { requests: [] as Request[], failedChecks: [] as string[], checks: 0 };

export function forget() {
  Object.assign(seen, { requests: [], failedChecks: [], checks: 0 });
}
