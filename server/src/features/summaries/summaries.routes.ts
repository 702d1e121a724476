import { subscriptionEndpoints } from '@opex/contracts/subscriptions';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as summaries from './summaries.service.ts';

export const subscriptionsRouter = Router();

serve(subscriptionsRouter, subscriptionEndpoints.get, ({ caller }) => summaries.subscriptionsOf(caller));
serve(subscriptionsRouter, subscriptionEndpoints.update, ({ caller, body }) => summaries.subscribe(caller, body));
