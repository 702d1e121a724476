/**
 * Spreadsheets calculate a text of a CSV that begins like a formula. An apostrophe before it keeps it a text, and is taken away when
 * our own reader meets it; so a text that already begins with one of these gets another.
 */
const couldRun = /^['\s]*[=+\-@＝＋－＠]|^'*[\t\r\n]/;

export const asInert = (text: string) => (couldRun.test(text) ? `'${text}` : text);
export const asMeant = (text: string) => (text.startsWith("'") && couldRun.test(text.slice(1)) ? text.slice(1) : text);
