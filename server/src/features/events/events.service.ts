import type { Caller } from '../../lib/caller.ts';
import { onChangeNotice, onReconnect, seenSoFar } from '../../database/tags.ts';
import { logger } from '../../lib/logger.ts';
import { gauge } from '../../lib/metrics.ts';
import * as audit from '../audit/audit.service.ts';
import { changeText } from './events.rules.ts';

/** A reader that missed more than this is told to load everything again, which is cheaper than telling each change. */
const mostReplayed = 500;
/** In this process. Browsers have six connections to a server on HTTP/1.1, and one must be left for everything else. */
const mostOfSession = 5;
const mostOfPerson = 20;

type Follower = {
  caller: Caller;
  send: (text: string) => void;
  reset: (lastId: number, seen: string | undefined) => void;
  /** A newer stream takes its place. Its page need not come back before its reader looks at it. */
  supersede: () => void;
  /** It may come back at once. */
  end: () => void;
  /** Looked up in the log as far as this; notices of it may still be on their way. */
  told?: number;
  /** What arrives while older changes are still being looked up; told after them. */
  waiting?: News[] | undefined;
};
/** A change, and how it is told: the same to everybody who may hear of it. */
type News = audit.Noticed & { text: string };
const followers = new Set<Follower>();
gauge('event_streams', 'Open live streams', () => followers.size);

let lastSeenId = 0;

/** Called by PostgreSQL on every commit, whichever process wrote. */
export function startEvents() {
  onChangeNotice((payload) => {
    const notice = newsOf(audit.parseNotice(payload));
    lastSeenId = Math.max(lastSeenId, notice.id);
    for (const follower of followers) {
      if (!follower.waiting) tell(follower, notice);
      else if (follower.waiting.push(notice) > mostReplayed) follower.end();
    }
  });
  onReconnect(() => void tellWhatWasMissed());
}

const newsOf = (notice: audit.Noticed): News => ({ ...notice, text: changeText(notice, seenSoFar()) });

function tell({ caller, send, told = 0 }: Follower, news: News) {
  if (news.id > told && audit.isHeardBy(caller, news)) send(news.text);
}

/** Notices that came while this process did not listen are lost. The audit log still has what they told. */
async function tellWhatWasMissed() {
  const since = lastSeenId;
  try {
    if (since === 0) lastSeenId = Math.max(lastSeenId, await audit.lastId());
    else {
      for (const follower of followers) if (follower.waiting) follower.end();
      await catchUp([...followers], since);
    }
  } catch (error) {
    logger.warn('Missed changes could not be read', { error });
  }
}

/** From now on, and first what came after `lastEventId`, which is what reconnecting browsers send. */
export async function follow(follower: Follower, lastEventId: number | undefined): Promise<() => void> {
  makeRoomFor(follower.caller);
  followers.add(follower);
  const stop = () => followers.delete(follower);
  try {
    if (lastEventId !== undefined) await catchUp([follower], lastEventId);
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/** A person with many pages looks at the newest: the oldest stream goes, and no page is refused. */
function makeRoomFor({ id, sessionId }: Caller) {
  const ofPerson = [...followers].filter(({ caller }) => caller.id === id);
  const ofSession = ofPerson.filter(({ caller }) => caller.sessionId === sessionId);
  const tooMany = new Set([...allBut(mostOfSession - 1, ofSession), ...allBut(mostOfPerson - 1, ofPerson)]);
  for (const follower of tooMany) {
    followers.delete(follower);
    follower.supersede();
  }
}

const allBut = <Item>(newest: number, items: Item[]) => items.slice(0, Math.max(0, items.length - newest));

/** Older changes first, then those that came meanwhile: nothing is left out, nothing told twice. */
async function catchUp(those: Follower[], since: number) {
  for (const follower of those) follower.waiting = [];
  try {
    const missed = (await audit.after(since, mostReplayed + 1)).map(newsOf);
    const head = missed.length > 0 ? since : await audit.lastId();
    // An event that this log never had, as after a restore: the reader may have missed anything.
    const isUnknown = head < since;
    const through = missed.at(-1)?.id ?? Math.min(since, head);
    for (const follower of those) {
      if (isUnknown || missed.length > mostReplayed) follower.reset(through, seenSoFar());
      else for (const notice of missed) tell(follower, notice);
      follower.told = through;
    }
    lastSeenId = isUnknown ? through : Math.max(lastSeenId, through);
  } finally {
    for (const follower of those) {
      const meanwhile = follower.waiting ?? [];
      follower.waiting = undefined;
      for (const notice of meanwhile) tell(follower, notice);
    }
  }
}
