import type { Caller } from '../../lib/caller.ts';
import { currentVersions, onChangeNotice, onJobNotice, onReconnect, seenSoFar } from '../../database/tags.ts';
import { logger } from '../../lib/logger.ts';
import { gauge } from '../../lib/metrics.ts';
import { together } from '../../lib/together.ts';
import * as audit from '../audit/audit.service.ts';
import * as jobs from '../jobs/jobs.service.ts';
import { changeFrame, frameOf, RecentChanges } from './events.rules.ts';

/** A reader that missed more than this is told to load everything again, which is cheaper than telling each change. */
const mostReplayed = 500;
/** In this process. Browsers have six connections to a server on HTTP/1.1, and one must be left for everything else. */
const mostOfSession = 5;
const mostOfPerson = 20;
/** Keeps proxies from closing a stream, and ends it soon after the right to it has ended. */
const beatMs = 4_000;
const lookEveryMs = 100;
/** Readers that do not know `superseded` would come back at once and push out the next stream. They wait this long. */
const retryAfterSupersededMs = 60_000;

const beat = Buffer.from(': beat\n\n');
const superseded = Buffer.concat([Buffer.from(`retry: ${retryAfterSupersededMs}\n`), frameOf('superseded', {})]);

/** A stream, and who reads it. Frames are made once and belong to all streams. */
export type Reader = {
  caller: Caller;
  /** Who the reader is by now; undefined when the right to listen has ended. */
  whoIs: () => Promise<Caller | undefined>;
  send: (frame: Buffer) => void;
  end: (lastFrame?: Buffer) => void;
};
type Follower = Reader & {
  beatAt: number;
  /** The version of access rights that `caller` is of. */
  accessVersion: number | undefined;
  /** What waits until it is known who the reader is by now. */
  untold: Told[];
  /** It is told everything at once when it is known what it missed. */
  isCatchingUp: boolean;
};
/** A change, and how it is told: the same to everybody who may hear of it. */
type Told = { frame: Buffer; isFor: (caller: Caller) => boolean };
type News = audit.Noticed & Told;

/** In the order in which they are due for a beat. */
const followers = new Set<Follower>();
/** In the order in which they came. */
const ofPerson = new Map<number, Set<Follower>>();
gauge('event_streams', 'Open live streams', () => followers.size);

const recent = new RecentChanges<News>(mostReplayed);
/** When this process last heard of a change, or began to listen. */
let lastHeardAt = performance.now();
let gaps = 0;

/** Called by PostgreSQL on every commit, whichever process wrote. */
export function startEvents() {
  onChangeNotice((payload) => {
    const notice = audit.parseNotice(payload);
    if (notice.id <= recent.newest) return;
    const news = learn(notice);
    if (news) tell(news);
    else {
      gaps += 1;
      catchUpSoon();
    }
  });
  onJobNotice((payload) => tellOfJob(jobs.parseNotice(payload)));
  onReconnect(catchUpSoon);
}

/** Undefined when a change before it is not known yet. */
function learn(notice: audit.Noticed): News | undefined {
  const news = {
    ...notice,
    frame: changeFrame(notice, seenSoFar()),
    isFor: (caller: Caller) => audit.isHeardBy(caller, notice),
  };
  if (!recent.add(news)) return undefined;
  lastHeardAt = performance.now();
  return news;
}

const accessVersion = () => currentVersions()?.access;

function tell(news: Told) {
  for (const follower of followers) {
    if (follower.isCatchingUp) continue;
    if (follower.accessVersion === accessVersion() && follower.untold.length === 0) tellOne(follower, news);
    else if (follower.untold.push(news) === 1) void tellAfterRenewal(follower);
  }
}

/** Who asked for the job hears of it, and those who see all jobs. */
const tellOfJob = ({ createdBy, ...job }: jobs.JobNotice) =>
  tell({
    frame: frameOf('job', job),
    isFor: ({ id, permissions }) => id === createdBy || permissions.has('jobs.view'),
  });

/** Rights have changed, perhaps the reader's: nothing more is told under the old ones. */
async function tellAfterRenewal(follower: Follower) {
  const isStill = await renew(follower);
  for (const news of follower.untold.splice(0)) if (isStill) tellOne(follower, news);
}

function tellOne({ caller, send }: Follower, { frame, isFor }: Told) {
  if (isFor(caller)) send(frame);
}

const reset = ({ send }: Follower) => send(frameOf('reset', { seen: seenSoFar() }, recent.newest));

/** Notices that came while this process did not listen are lost. The audit log still has what they told. */
const catchUp = together(async () => {
  for (let gapsBefore = -1; gapsBefore !== gaps;) {
    gapsBefore = gaps;
    await readLog();
  }
});

const catchUpSoon = () =>
  void catchUp().catch((error: unknown) => logger.warn('Missed changes could not be read', { error }));

async function readLog() {
  const known = recent.newest;
  const head = await audit.lastId();
  // Without what this log never had, as after a restore, and without what is too much to tell.
  const from = head < known ? head : Math.max(known, head - mostReplayed);
  const missed = await audit.after(from, mostReplayed + 1);
  const hasGap = head < known || recent.newest < from;
  if (hasGap) recent.restart(from);
  for (const notice of missed) {
    const news = learn(notice);
    if (news && !hasGap) tell(news);
  }
  if (hasGap) for (const follower of followers) if (!follower.isCatchingUp) reset(follower);
}

/** From now on, and first what came after `lastEventId`, which is what reconnecting browsers send. */
export async function follow(reader: Reader, lastEventId: number | undefined): Promise<() => void> {
  const follower: Follower = {
    ...reader,
    beatAt: performance.now() + Math.random() * beatMs,
    accessVersion: accessVersion(),
    untold: [],
    isCatchingUp: true,
  };
  makeRoomFor(follower.caller);
  add(follower);
  const stop = () => remove(follower);
  try {
    if (lastEventId !== undefined) await tellMissed(follower, lastEventId);
    // A process that has just begun reads the log first: what was written before is news to nobody.
    else if (recent.newest === 0) await catchUp();
  } catch (error) {
    stop();
    throw error;
  }
  const quietMs = Math.round(performance.now() - lastHeardAt);
  follower.send(frameOf('caught-up', { seen: seenSoFar(), quietMs }, recent.newest));
  follower.isCatchingUp = false;
  return stop;
}

async function tellMissed(follower: Follower, since: number) {
  // Readers that come back all at once share one look.
  await catchUp();
  const missed = recent.after(since);
  if (missed) for (const news of missed) tellOne(follower, news);
  else reset(follower);
}

function add(follower: Follower) {
  followers.add(follower);
  const { id } = follower.caller;
  const others = ofPerson.get(id) ?? new Set();
  ofPerson.set(id, others.add(follower));
}

function remove(follower: Follower) {
  followers.delete(follower);
  const { id } = follower.caller;
  const others = ofPerson.get(id);
  others?.delete(follower);
  if (others?.size === 0) ofPerson.delete(id);
}

/** A person with many pages looks at the newest: the oldest stream goes, and no page is refused. */
function makeRoomFor({ id, sessionId }: Caller) {
  const all = [...(ofPerson.get(id) ?? [])];
  const ofSession = all.filter(({ caller }) => caller.sessionId === sessionId);
  const tooMany = new Set([...allBut(mostOfSession - 1, ofSession), ...allBut(mostOfPerson - 1, all)]);
  for (const follower of tooMany) {
    remove(follower);
    follower.end(superseded);
  }
}

const allBut = <Item>(newest: number, items: Item[]) => items.slice(0, Math.max(0, items.length - newest));

setInterval(() => {
  const now = performance.now();
  for (const follower of followers) {
    if (follower.beatAt > now) break;
    follower.beatAt = now + beatMs;
    followers.delete(follower);
    followers.add(follower);
    void renew(follower);
  }
}, lookEveryMs).unref();

/** Whether the reader may still listen. While the database is away, what was last known holds. */
async function renew(follower: Follower): Promise<boolean> {
  const version = accessVersion();
  const caller = await follower.whoIs().catch(() => follower.caller);
  if (!caller) {
    follower.end();
    return false;
  }
  Object.assign(follower, { caller, accessVersion: version });
  follower.send(beat);
  return true;
}

/** Streams never end by themselves. A process that stops ends them, so that browsers go to another process. */
export function endStreams() {
  for (const { end } of followers) end();
}
