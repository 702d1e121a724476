import { createHash } from 'node:crypto';

const sha256 = (text: string) => Uint8Array.from(createHash('sha256').update(text).digest());

/** Stored hashed: whoever reads the table cannot sign in with it. */
export const hashOfToken = (token: string) => sha256(token);

/** Follows from the token, which scripts cannot read; so only a page that was told it can send it. */
export const csrfTokenOf = (token: string) => createHash('sha256').update(`csrf:${token}`).digest('base64url');

/** The neighbourhood of an address: guessing from the next address of the same network counts as the same. */
export function networkOf(address: string): string {
  const v4 = /(\d+\.\d+\.\d+)\.\d+$/.exec(address)?.[1];
  if (v4) return v4;
  return address.split(':').slice(0, 4).join(':');
}

/** One account from one network. The owner gets in from elsewhere while a guesser waits. */
export const throttleKey = (email: string, address: string) =>
  sha256(`${email.trim().toLowerCase()}|${networkOf(address)}`);

const freeFailures = 5;
const longestWaitSeconds = 15 * 60;

/** Five mistakes are free; then the wait doubles, up to a quarter of an hour. */
export const waitSeconds = (failures: number) =>
  failures < freeFailures ? 0 : Math.min(longestWaitSeconds, 2 ** Math.min(failures - freeFailures + 1, 20));

const common = new Set(
  (
    'password1234 passwordpassword password12345 password123456 123456789012 1234567890123 12345678901234 123456123456 qwertyuiop123 qwertyuiop12 ' +
    'qwerty123456 qwertyqwerty 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3 abcdefghijkl abcd12345678 abc123456789 iloveyou1234 letmeinletmein ' +
    'welcome12345 welcome123456 changeme1234 changemechangeme administrator admin1234567 adminadminadmin trustno1trustno1 ' +
    'monkeymonkey dragondragon footballfootball baseballbaseball superman1234 princess1234 sunshine1234 michael12345 ' +
    'q1w2e3r4t5y6 asdfghjkl123 zxcvbnm12345 aa1234567890 111111111111 000000000000 111222333444 987654321098 password!234 p@ssw0rd1234 p@ssword1234'
  ).split(' '),
);

/** Why a password would be guessed at once; undefined when it would not. */
export function weakness(password: string, email: string): string | undefined {
  const plain = password.toLowerCase();
  if (common.has(plain) || /^(.{1,4})\1+$/.test(plain)) return 'This password is one of the first that anybody tries';
  const name = email.split('@')[0]?.toLowerCase() ?? '';
  if (name.length >= 4 && plain.includes(name)) return 'The password contains your e-mail name';
  return undefined;
}
