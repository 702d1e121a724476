import { createHash } from 'node:crypto';

const names = new Map<string, Map<string, string>>();
const mostTexts = 60;

/** Two texts never share a name; of a statement with more texts than this the later ones stay unprepared. */
export function preparedName(name: string, text: string): string | undefined {
  let texts = names.get(name);
  if (!texts) names.set(name, (texts = new Map<string, string>()));
  const known = texts.get(text);
  if (known !== undefined || texts.size >= mostTexts) return known;
  const unique = `${name}.${createHash('sha1').update(text).digest('hex').slice(0, 8)}`;
  texts.set(text, unique);
  return unique;
}
