import type { AuditEntry } from '@opex/contracts/audit';
import { actions } from '@opex/contracts/changes';
import type { Dashboard } from '@opex/contracts/reports';

type ChangesOfDay = { day: string; total: number; latest: readonly AuditEntry[] };
type Setting = { day: string; baseCurrency: string; place: string | undefined };

const soonDays = 30;
/** So many days before it is due, a renewal is reason enough to write. */
const reminders = [30, 14, 7, 1, 0];
const most = 5;

/** Something changed yesterday, or a renewal comes near. Figures that stay as they were are no news. */
export const isWorthReading = (
  { renewals }: { renewals: Pick<Dashboard['renewals'], 'next'> },
  { total }: Pick<ChangesOfDay, 'total'>,
) => total > 0 || renewals.next.some(({ days }) => reminders.includes(days));

/** What a controller wants to know in the morning, from what this reader may see. */
export function summaryOf(report: Dashboard, changes: ChangesOfDay, { day, baseCurrency, place }: Setting) {
  const money = moneyIn(baseCurrency);
  const opening = glanceOf(report, money);
  const parts = [
    [opening],
    listed('Furthest over budget, to date', overOf(report, money)),
    listed(`Renewals within ${soonDays} days`, renewalsOf(report, money)),
    listed(`Yesterday, ${dayWords(changes.day)}`, changesOf(changes)),
    [...(place ? [place] : []), 'You asked for this mail under Account, where you can end it.'],
  ];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return { subject: `${report.fy} on ${dayWords(day)}`, text: text.join('\n\n') };
}

type Money = (amount: string) => string;

/** Exact: the digits of the decimal string, grouped as the currency is. */
const moneyIn = (currency: string): Money => {
  const format = new Intl.NumberFormat(currency === 'INR' ? 'en-IN' : 'en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return (amount) => `${currency} ${format.format(amount as Intl.StringNumericLiteral)}`;
};

const isOver = (variance: string) => variance.startsWith('-');
const absolute = (amount: string) => amount.replace('-', '');
const dayWords = (day: string) =>
  new Date(day).toLocaleDateString('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' });

const listed = (title: string, lines: string[]) =>
  lines.length > 0 ? [title, ...lines.map((line) => `- ${line}`)] : [];

function glanceOf({ fy, through, totals }: Dashboard, money: Money): string {
  if (through.period === 0) return `${fy} has a budget of ${money(totals.budget)}; no actuals are reported yet.`;
  const { ytdVariance, ytdVariancePercent } = totals;
  const opening = `${fy} to date (through ${through.label}) is`;
  if (!/[1-9]/.test(ytdVariance)) return `${opening} exactly on budget.`;
  const share = ytdVariancePercent === null ? '' : `, ${absolute(ytdVariancePercent)} %`;
  return `${opening} ${money(absolute(ytdVariance))} ${isOver(ytdVariance) ? 'over' : 'under'} budget${share}.`;
}

const overOf = ({ variances: { adverse } }: Dashboard, money: Money) =>
  adverse
    .filter(({ ytdVariance }) => isOver(ytdVariance))
    .slice(0, most)
    .map(({ uid, service, ytdVariance, ytdVariancePercent }) => {
      const share = ytdVariancePercent === null ? ', without a budget' : `, ${absolute(ytdVariancePercent)} %`;
      return `${uid} ${service}: ${money(absolute(ytdVariance))}${share}`;
    });

const renewalsOf = ({ renewals }: Dashboard, money: Money) =>
  renewals.next
    .filter(({ days }) => days <= soonDays)
    .map(({ uid, service, vendor, dueDate, days, budget }) => {
      const when = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
      return `${dayWords(dueDate)}, ${when}: ${uid} ${service}${vendor ? ` of ${vendor}` : ''}, budget ${money(budget)}`;
    });

/** A newer build may have written what this one has no words for. */
const verbs: Readonly<Record<string, string | undefined>> = actions;

function changesOf({ total, latest }: ChangesOfDay): string[] {
  const subjects = [...new Set(latest.map(({ subject }) => subject))];
  const lines = subjects.slice(0, most).map((subject) => {
    const entries = latest.filter((entry) => entry.subject === subject);
    const who = [...new Set(entries.map(({ actor }) => actor))].join(', ');
    const what = [...new Set(entries.map(({ action }) => verbs[action] ?? 'changed'))].join(', ');
    return `${subject}: ${what}, by ${who}`;
  });
  const left = subjects.length - lines.length;
  const more = left > 0 ? [`and ${left} more ${left === 1 ? 'service' : 'services'}, ${total} changes in all`] : [];
  return [...lines, ...more];
}
