import type { Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { Suspense } from 'react';
import { LinesSkeleton } from '../../components/states.tsx';
import { later } from '../../lib/later.ts';
import { EntitiesTab } from './entities-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RemarksTab } from './remarks-tab.tsx';

const MonthsTab = later(async () => (await import('./months-tab.tsx')).MonthsTab);

const titles = {
  overview: 'Overview',
  months: 'Months',
  entities: 'Entities',
  remarks: 'Remarks',
  history: 'History',
};
export type TabName = keyof typeof titles;
export const tabs = Object.keys(titles) as TabName[];
/** Months need the width of a page, and the list beside has them. */
export const panelTabs = tabs.filter((name) => name !== 'months');

type Shown = { service: Service; fy: string | undefined; tab: TabName };
type Props = Shown & { names: readonly TabName[]; onChange: (tab: TabName) => void };

export function ServiceParts({ names, onChange, ...shown }: Props) {
  const { tab } = shown;
  return (
    <>
      <Tabs
        value={tab}
        onChange={(_, name: TabName) => onChange(name)}
        aria-label="Parts of the service"
        variant="scrollable"
      >
        {names.map((name) => (
          <Tab key={name} value={name} label={titles[name]} id={`tab-${name}`} aria-controls="tab-panel" />
        ))}
      </Tabs>
      <Box role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        <TabContent {...shown} />
      </Box>
    </>
  );
}

function TabContent({ tab, service, fy }: Shown) {
  if (tab === 'months')
    return (
      <Suspense fallback={<LinesSkeleton lines={5} />}>
        <MonthsTab service={service} fy={fy} />
      </Suspense>
    );
  if (tab === 'entities') return <EntitiesTab service={service} fy={fy} />;
  if (tab === 'remarks') return <RemarksTab service={service} />;
  if (tab === 'history') return <HistoryTab service={service} />;
  return <OverviewTab service={service} />;
}
