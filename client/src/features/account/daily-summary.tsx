import { subscriptionEndpoints } from '@opex/contracts/subscriptions';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { ErrorState, LinesSkeleton, wordsOf } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import { subscriptions } from './account.queries.ts';

/** Whether this person is written to every morning. */
export function DailySummary() {
  const { data, error, refetch } = useQuery(subscriptions);
  const write = useWrite((dailySummary: boolean) => callApi(subscriptionEndpoints.update, { body: { dailySummary } }));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton lines={1} />;
  const { dailySummary, sentAt, mailsAreSent } = data;
  return (
    <>
      <FormControlLabel
        control={
          <Switch
            checked={dailySummary}
            disabled={write.isPending || (!mailsAreSent && !dailySummary)}
            onChange={(_, isOn) => write.mutate(isOn)}
          />
        }
        label="Send me a summary every morning"
      />
      <Typography color="textSecondary">
        {mailsAreSent
          ? `At ${localTime(sentAt)}: over or under to date, what is furthest over, renewals within 30 days and what changed the day before, of what you may see. Nothing is sent when there is nothing new.`
          : 'This installation sends no mails. An administrator can set a mail server.'}
      </Typography>
      {write.error !== null && (
        <Typography role="alert" color="error">
          {wordsOf(write.error)}
        </Typography>
      )}
    </>
  );
}

const localTime = (utc: string) =>
  new Date(`2026-01-01T${utc}Z`).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
