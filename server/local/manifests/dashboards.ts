import { join } from 'node:path';
import { checkout } from '../folders.ts';
import { dashboards, type Dashboard, type Panel } from './dashboard-list.ts';

export const dashboardFile = (name: string) => join(checkout, `server/deploy/grafana/dashboards/${name}.json`);

/** Each dashboard as Grafana reads it, with nothing that is not part of Grafana itself. */
export const dashboardFiles = () =>
  dashboards.map((dashboard) => ({
    file: dashboardFile(dashboard.name),
    text: `${JSON.stringify(grafana(dashboard), null, 2)}\n`,
  }));

const datasource = { type: 'prometheus', uid: 'prometheus' };
const size = { w: 8, h: 7 };
const inRow = 24 / size.w;

const others = {
  type: 'dashboards',
  title: 'Others',
  tags: ['opex-manager'],
  asDropdown: true,
  icon: 'dashboard',
  tooltip: '',
  includeVars: false,
  keepTime: true,
  targetBlank: false,
};

const grafana = ({ name, title, panels }: Dashboard) => ({
  uid: `opex-${name}`,
  title: `OPEX Manager: ${title}`,
  tags: ['opex-manager'],
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: { list: [] },
  links: [others],
  panels: panels.map(panel),
});

const panel = ({ title, unit, lines, limit, max }: Panel, index: number) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  datasource,
  gridPos: { ...size, x: (index % inRow) * size.w, y: Math.floor(index / inRow) * size.h },
  fieldConfig: {
    defaults: {
      unit,
      min: 0,
      ...(max !== undefined && { max }),
      custom: { fillOpacity: 10, showPoints: 'never', thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
      thresholds: {
        mode: 'absolute',
        steps: [{ color: 'green', value: null }, ...(limit === undefined ? [] : [{ color: 'red', value: limit }])],
      },
    },
    overrides: [],
  },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: Object.entries(lines).map(([legend, expr], number) => ({
    refId: String.fromCharCode(65 + number),
    datasource,
    expr,
    legendFormat: legend,
  })),
});
