/** Code that comes when it is first asked for. It is `here` once it has come. */
export type Code<Part> = { load: () => Promise<Part>; here?: Part };

export function codeOf<Part>(load: () => Promise<Part>): Code<Part> {
  const code: Code<Part> = { load: async () => (code.here ??= await load()) };
  return code;
}
