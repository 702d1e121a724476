import type { RequestListener } from 'node:http';
import path from 'node:path';
import compression from 'compression';
import express, { type Request, type RequestHandler } from 'express';
import { config } from './config.ts';
import { allocationKeysRouter } from './features/allocation-keys/allocation-keys.routes.ts';
import { apiKeysRouter } from './features/api-keys/api-keys.routes.ts';
import * as apiKeys from './features/api-keys/api-keys.service.ts';
import { auditRouter } from './features/audit/audit.routes.ts';
import { trackerRouter } from './features/tracker/tracker.routes.ts';
import { costsRouter } from './features/costs/costs.routes.ts';
import { currenciesRouter } from './features/currencies/currencies.routes.ts';
import { docsRouter } from './features/docs/docs.routes.ts';
import { eventsRouter } from './features/events/events.routes.ts';
import { fiscalYearsRouter } from './features/fiscal-years/fiscal-years.routes.ts';
import { healthRouter, metricsRouter } from './features/health/health.routes.ts';
import { importsRouter } from './features/imports/imports.routes.ts';
import { jobsRouter } from './features/jobs/jobs.routes.ts';
import { mastersRouter } from './features/masters/masters.routes.ts';
import { operationsRouter } from './features/operations/operations.routes.ts';
import { performanceRouter } from './features/performance/performance.routes.ts';
import { reportsRouter } from './features/reports/reports.routes.ts';
import { savedViewsRouter } from './features/saved-views/saved-views.routes.ts';
import { searchRouter } from './features/search/search.routes.ts';
import { securityEventsRouter } from './features/security-events/security-events.routes.ts';
import { servicesRouter } from './features/services/services.routes.ts';
import { sessionsRouter } from './features/sessions/sessions.routes.ts';
import * as sessions from './features/sessions/sessions.service.ts';
import { subscriptionsRouter } from './features/summaries/summaries.routes.ts';
import { usersRouter } from './features/users/users.routes.ts';
import { webhooksRouter } from './features/webhooks/webhooks.routes.ts';
import { remember } from './http/fast-lane.ts';
import { listenerOf } from './http/listener.ts';
import { AppError, notFound } from './lib/errors.ts';
import { limitPerAddress, limitPerUser, limitSignIn } from './http/rate-limits.ts';
import { methodsOf } from './http/serve.ts';
import { acceptable } from './http/middleware/acceptable.ts';
import { authenticate, sessionCookie } from './http/middleware/authenticate.ts';
import { catchUp } from './http/middleware/catch-up.ts';
import { errorHandler } from './http/middleware/error-handler.ts';
import { observe } from './http/middleware/observe.ts';
import { requestContext } from './http/middleware/request-context.ts';
import { securityHeaders } from './http/middleware/security-headers.ts';
import { page } from './http/middleware/page.ts';

/** The way of every request to the service. */
export const createListener = (app: RequestListener = createApp()) => listenerOf(known, app);

const known = {
  sessions: sessions.remembered,
  callers: {
    ofSession: (token: string) => sessions.remembered(token, false)?.caller,
    ofKey: (key: string) => apiKeys.remembered(key)?.caller,
  },
};

/** Builds the app without listening, so that tests can call it in-process. */
export function createApp(clientFolder = path.resolve(import.meta.dirname, '../../client/dist')) {
  const app = express();
  app.disable('x-powered-by').set('trust proxy', config.TRUST_PROXY).set('query parser', 'simple').set('etag', 'weak');
  // What takes on a request reads its address as text, so an address has one spelling.
  app.enable('case sensitive routing');
  app.use(requestContext, observe, securityHeaders);
  app.use(healthRouter);
  app.use(acceptable());

  const api = express.Router();
  api.use(limitPerAddress);
  api.use(docsRouter);
  api.post('/auth/sign-in', limitSignIn);
  api.use(authenticate({ bySession: sessions.find, byKey: apiKeys.find, remember }), limitPerUser, catchUp);
  api.use(eventsRouter(whoIs));
  api.use(compression({ brotli: { params: { 0: 4 } }, filter: isWorthCompressing }));
  api.use(sessionsRouter, usersRouter, apiKeysRouter, subscriptionsRouter);
  api.use(trackerRouter, servicesRouter, reportsRouter, searchRouter);
  api.use(jobsRouter, webhooksRouter, savedViewsRouter, importsRouter);
  api.use(mastersRouter, currenciesRouter, fiscalYearsRouter, allocationKeysRouter, auditRouter, securityEventsRouter);
  api.use(operationsRouter);
  api.use(performanceRouter);
  api.use(costsRouter);
  api.use((req) => {
    throw nothingHere(req);
  });

  app.use('/api', api);
  app.use(page(clientFolder));
  app.use(errorHandler);
  return app;
}

/** Serves the metrics, on a port of their own. */
export const createMetricsApp = () => createSmallApp(acceptable({ byNumber: true }), limitPerAddress, metricsRouter);

/** All that a worker answers. */
export const createProbesApp = () => createSmallApp(healthRouter);

function createSmallApp(...handlers: RequestHandler[]) {
  const app = express();
  app.disable('x-powered-by').set('trust proxy', config.TRUST_PROXY).set('etag', false);
  app.use(requestContext, securityHeaders, ...handlers);
  app.use(() => {
    throw notFound('This address');
  });
  app.use(errorHandler);
  return app;
}

/** Cached answers are not compressed here: the cache keeps their compressed forms. */
const isWorthCompressing: compression.CompressionFilter = (req, res) =>
  !String(res.getHeader('Cache-Control')).startsWith('private') && compression.filter(req, res);

function nothingHere(req: Request) {
  const methods = methodsOf(req.path);
  if (methods.length === 0) return notFound('This address');
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return new AppError(405, `This address takes ${allow}`, { allow });
}

/** Keeps nothing of the request but the token or the key: what it is a part of would be held as long as the stream. */
function whoIs(req: Request) {
  const token = req.cookieValues[sessionCookie];
  const secret = Buffer.from(token ?? (req.get('authorization') ?? '').replace(/^Bearer /i, '')).toString();
  return token === undefined ? () => apiKeys.find(secret) : async () => (await sessions.find(secret, false))?.caller;
}
