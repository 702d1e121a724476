import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { BackIcon, CloseIcon, NextIcon } from '../../components/icons.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { useYearLabel } from '../../domain/calendar.queries.ts';
import { useFromList, useSharedSearch } from '../../lib/use-search-state.ts';
import { contractWords, ServiceDetail, YearFigures } from './service-header.tsx';
import { panelTabs, ServiceParts, type TabName } from './service-parts.tsx';
import { useService } from './use-service.ts';

type Props = {
  id: number;
  /** The services of the rows above and below, where there are any. */
  previous: number | undefined;
  next: number | undefined;
  show: (id: number | null) => void;
};

/** A service beside the list of which it is a row. */
export function ServicePanel({ id, previous, next, show }: Props) {
  const fy = useYearLabel();
  const { data, error, refetch } = useService(id);
  const [tab, setTab] = useState<TabName>('overview');
  const search = useSharedSearch();
  const from = useFromList();
  const close = () => show(null);
  const step = (label: string, to: number | undefined, Icon: typeof BackIcon) => (
    <IconButton aria-label={label} title={label} disabled={to === undefined} onClick={() => to && show(to)}>
      <Icon sx={{ transform: 'rotate(90deg)' }} />
    </IconButton>
  );

  return (
    <Box
      component="section"
      aria-label="Service beside the list"
      onKeyDown={({ key, target, currentTarget }) => {
        // What is typed, and dialogs, have an Escape of their own.
        const isOwn = currentTarget.contains(target as Node) && !(target instanceof HTMLInputElement);
        if (key === 'Escape' && isOwn && !(target instanceof HTMLTextAreaElement)) close();
      }}
      sx={panel}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        {step('Row above', previous, BackIcon)}
        {step('Row below', next, NextIcon)}
        <Link
          component={RouterLink}
          to={`/services/${id}${search}`}
          state={from}
          sx={{ marginInline: 'auto 0', paddingBlock: 0.5 }}
        >
          Open the whole service
        </Link>
        <IconButton aria-label="Close the side panel" title="Close (Esc)" onClick={close}>
          <CloseIcon />
        </IconButton>
      </Box>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <LinesSkeleton lines={12} />}
      {data && (
        <Stack key={id} spacing={3}>
          <div>
            <Typography variant="h2">{`${data.uid} ${data.service}`.trim()}</Typography>
            <ServiceDetail service={data} />
            <Typography color="textSecondary">{contractWords(data)}</Typography>
          </div>
          <YearFigures service={data} fy={fy} />
          <ServiceParts service={data} fy={fy} names={panelTabs} tab={tab} onChange={setTab} />
        </Stack>
      )}
    </Box>
  );
}

/** Over the list where there is no room beside it. */
const panel = {
  position: { xs: 'absolute', md: 'static' },
  inset: 0,
  zIndex: { xs: 'drawer', md: 'auto' },
  width: { xs: 'auto', md: 380 },
  flexShrink: 0,
  overflow: 'auto',
  bgcolor: 'background.default',
  paddingInlineStart: { md: 3 },
  borderInlineStart: { md: 1 },
  borderColor: { md: 'divider' },
} as const;
