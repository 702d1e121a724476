/** What changes are about and answers are made of, beside the fields of services. */

/** Budget, actual and open orders in a year, and what is summed up of them. */
export const figuresOf = (yearId: number) => `figures:${yearId}`;
/** Among which entities services are shared, and so who sees them. */
export const sharing = 'sharing';
