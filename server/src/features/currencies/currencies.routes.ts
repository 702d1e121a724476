import { currencyEndpoints } from '@opex/contracts/currencies';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as currencies from './currencies.service.ts';

export const currenciesRouter = Router();

serve(currenciesRouter, currencyEndpoints.list, () => currencies.list());
serve(currenciesRouter, currencyEndpoints.create, ({ caller, body }) => currencies.create(caller, body));
serve(currenciesRouter, currencyEndpoints.update, ({ caller, params, version, body }) =>
  currencies.update(caller, params.id, version, body),
);
serve(currenciesRouter, currencyEndpoints.rates, ({ query }) => currencies.rates(query));
serve(currenciesRouter, currencyEndpoints.lookupRate, ({ query }) => currencies.lookupRate(query));
serve(currenciesRouter, currencyEndpoints.createRate, ({ caller, body }) => currencies.createRate(caller, body));
serve(currenciesRouter, currencyEndpoints.createRates, async ({ caller, body }) => ({
  data: await currencies.createRates(caller, body),
}));
serve(currenciesRouter, currencyEndpoints.updateRate, ({ caller, params, version, body }) =>
  currencies.updateRate(caller, params.id, version, body),
);
serve(currenciesRouter, currencyEndpoints.removeRate, async ({ caller, params, query, version }) => {
  await currencies.removeRate(caller, params.id, version, query.reason);
});
