import { later } from '../lib/later.ts';
import { TrackerPage } from '../features/tracker/page/tracker-page.tsx';

const ServicePanel = later(async () => (await import('../features/services/service-panel.tsx')).ServicePanel);

/** The tracker, and beside it the service of one of its rows. */
export const TrackerWithService = () => <TrackerPage panel={(peek) => <ServicePanel {...peek} />} />;
