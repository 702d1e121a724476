// Every name here is made up.

export const towers = [
  'Cloud platforms',
  'Network',
  'Workplace',
  'Business applications',
  'Security',
  'Data and analytics',
  'Data centre',
  'Service desk',
  'Telephony',
  'Store systems',
  'Integration',
  'Engineering tools',
] as const;

/** What is bought in a tower; positions follow `towers`. */
const nouns: readonly (readonly string[])[] = [
  [
    'Compute reservations',
    'Object storage',
    'Managed containers',
    'Backup vault',
    'Content delivery',
    'Database hosting',
  ],
  ['MPLS links', 'SD-WAN edge', 'Internet leased line', 'Campus switching', 'Wireless access', 'DNS and DHCP'],
  ['Office suite', 'Laptop lease', 'Device management', 'Print service', 'Video meetings', 'Virtual desktops'],
  [
    'Ledger and finance suite',
    'Procurement portal',
    'Payroll engine',
    'Customer relations suite',
    'Travel desk',
    'Contract archive',
  ],
  [
    'Endpoint protection',
    'Security monitoring',
    'Identity platform',
    'Vulnerability scanning',
    'Mail gateway',
    'Privileged access',
  ],
  ['Data warehouse', 'Reporting licences', 'Market data feed', 'Data quality tool', 'Planning models', 'Data lake'],
  [
    'Colocation racks',
    'Storage array support',
    'Server maintenance',
    'Power and cooling',
    'Tape vault',
    'Recovery site',
  ],
  ['Ticketing tool', 'Service desk agents', 'Field engineers', 'Knowledge base', 'Asset inventory', 'Remote support'],
  ['Voice trunks', 'Contact centre seats', 'Mobile plans', 'Call recording', 'Handset lease', 'Toll-free numbers'],
  ['Till software', 'Handheld scanners', 'Loyalty engine', 'Shelf labels', 'Payment terminals', 'Digital signage'],
  ['Message broker', 'Partner gateway', 'File transfer', 'API management', 'EDI mailbox', 'Workflow engine'],
  ['Source hosting', 'Build farm', 'Test devices', 'Error tracking', 'Design licences', 'Monitoring'],
];
const qualifiers = [
  'North',
  'South',
  'East',
  'West',
  'Central',
  'Head office',
  'Plants',
  'Stores',
  'Warehouses',
  'Group',
];
export const nounsOf = (towerId: number): readonly string[] => nouns[towerId - 1] ?? [];
export { qualifiers };

export const budgetHeads = [
  'Software subscriptions',
  'Software maintenance',
  'Hardware maintenance',
  'Cloud consumption',
  'Connectivity',
  'Managed services',
  'Professional services',
  'Telecom charges',
  'Equipment rental',
  'Training',
  'Hosting',
  'Support contracts',
  'Security services',
  'Audit and compliance',
  'Printing',
  'Disaster recovery',
  'Data services',
  'Contract staff',
  'Facilities',
  'Licence renewals',
];

export const entities = [
  'Northwind Retail',
  'Velmora Foods',
  'Kestrelay Logistics',
  'Orvanta Energy',
  'Halcyra Textiles',
  'Quillonby Chemicals',
  'Sundrift Hotels',
  'Talverane Motors',
  'Ferncliffe Agro',
  'Ironquay Ports',
  'Lumisand Media',
  'Pebblegate Finance',
  'Zephrine Travel',
  'Coralyne Beauty',
  'Drovemere Dairy',
  'Umberfield Steel',
  'Wrenhollow Education',
  'Corvanel Insurance',
  'Marrowby Pharma',
  'Brightmoor Homes',
];

export const poEntities = [
  'Northwind Retail Private Limited',
  'Velmora Group Services Limited',
  'Halcyra Shared Services LLP',
  'Orvanta Holdings Limited',
  'Kestrelay India Private Limited',
];

const vendorStems = [
  ['Axlora', 'Brenvik', 'Cindrelo', 'Dovanta', 'Elmarqo', 'Fenwyra', 'Gantrelle', 'Hexavora', 'Ilmondo', 'Jorvexa'],
  [
    'Kyndrova',
    'Lumarque',
    'Mirexon',
    'Noveltra',
    'Oplenta',
    'Pravonix',
    'Quorvane',
    'Rivantor',
    'Solmeric',
    'Tavrello',
  ],
  ['Ulmexa', 'Vantrosa', 'Wexmoor', 'Xylanto', 'Yarvella', 'Zentrova', 'Arbolyn', 'Bryntara', 'Corvexia', 'Deltrano'],
  [
    'Emberlyx',
    'Fjordane',
    'Glenvora',
    'Hollowex',
    'Inverlo',
    'Juniperax',
    'Kestovar',
    'Larkenta',
    'Mosswick',
    'Nimbrella',
  ],
].flat();
const vendorTrades = [
  'Systems',
  'Networks',
  'Cloud',
  'Software',
  'Telecom',
  'Consulting',
  'Data',
  'Security',
  'Infotech',
  'Services',
];

/** Distinct for the first 400 ids: each stem meets every trade once. */
export function vendorName(id: number): string {
  const index = id - 1;
  const stem = vendorStems[index % vendorStems.length] ?? '';
  const trade = vendorTrades[(index + Math.floor(index / vendorStems.length)) % vendorTrades.length] ?? '';
  return `${stem} ${trade}`;
}

export const people = [
  'Anaya Rao',
  'Kabir Menon',
  'Ishita Bose',
  'Rohan Pillai',
  'Meera Joshi',
  'Arjun Sethi',
  'Tara Kulkarni',
  'Dev Malhotra',
  'Nisha Iyer',
  'Vikram Das',
  'Leela Nair',
  'Farhan Ali',
];

export const editions = ['Standard', 'Enterprise', 'Premium', 'Managed', 'Plus'];
export const priorities = ['Critical', 'High', 'High', 'Medium', 'Medium', 'Medium', 'Low'];
export const levers = [
  '',
  '',
  '',
  'Renegotiate',
  'Consolidate',
  'Right-size',
  'Fewer licences',
  'Shorter term',
  'Replace',
];

export const remarks = [
  'Vendor offered 5 % for a three-year commitment; finance to decide before the renewal.',
  'Invoice checked against the contract, no difference.',
  'Seat count goes down by a tenth from next quarter.',
  'Credit note expected for the outage in the first quarter.',
  'Scope agreed with the business owner; no change to the yearly amount.',
  'Price revision announced, three months of notice.',
  'Usage report received; about a fifth of the licences are idle.',
  'Moved to the common contract of the group.',
];
