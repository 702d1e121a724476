/** "1 service", "3 services", "5,000 services" */
export const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** "once", "3 times" */
export const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
