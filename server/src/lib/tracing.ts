import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attributes, type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api'; // prettier-ignore
import { config } from '../config.ts';

/**
 * Spans for those who collect traces: what a request, a job, a statement took. Where nobody does, nothing is loaded and nothing
 * is kept. Names come from the code and values never go along.
 */
let tracer: Tracer | undefined;
let shutDown: (() => Promise<void>) | undefined;
const current = new AsyncLocalStorage<Span>();

/** Once, before the first request; where traces go, and what goes with them, OTEL_* of the environment says. */
export async function startTracing(version: string): Promise<void> {
  if (!config.OTEL_EXPORTER_OTLP_ENDPOINT) return;
  const [
    { OTLPTraceExporter },
    { resourceFromAttributes },
    { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor },
  ] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'opex-manager', 'service.version': version }),
    // Other samplers leave a caller out who asks for it in a header. Here every request is traced, and the collector chooses.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  tracer = provider.getTracer('opex-manager', version);
  shutDown = () => provider.shutdown();
}

/** What is not sent yet goes out first. */
export const stopTracing = async () => shutDown?.();

const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const nothing = /^0+$/;

type Caller = { traceId: string; spanId: string; traceFlags: number };

/** The trace that a caller names by W3C's header; undefined for anything else. */
export function traceOf(header: unknown): Caller | undefined {
  const [, traceId, spanId, flags] = (typeof header === 'string' && traceparent.exec(header)) || [];
  if (!traceId || !spanId || nothing.test(traceId) || nothing.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED };
}

const at = (started: number) => performance.timeOrigin + started;
const below = (parent: Span): Context => trace.setSpan(ROOT_CONTEXT, parent);

/** What others are part of: a request, below the span of its caller where there is one, or a job. */
export function beginSpan(kind: 'request' | 'job', started: number, caller?: Caller): Span | undefined {
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true }) : ROOT_CONTEXT;
  const spanKind = kind === 'request' ? SpanKind.SERVER : SpanKind.CONSUMER;
  return tracer?.startSpan(kind, { kind: spanKind, startTime: at(started) }, parent);
}

export const inSpan = <Result>(span: Span | undefined, work: () => Result): Result =>
  span ? current.run(span, work) : work();

export function endSpan(span: Span, name: string, attributes: Attributes, hasFailed: boolean) {
  span.updateName(name).setAttributes(attributes);
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** A part of the request or the job on hand that has just ended. What belongs to none is left out. */
export function notePart(name: string, started: number, attributes: Attributes = {}) {
  const whole = tracer && current.getStore();
  if (!whole) return;
  tracer?.startSpan(name, { kind: SpanKind.CLIENT, startTime: at(started), attributes }, below(whole)).end();
}

/** For requests to other servers: the part of the trace that they belong to. */
export function traceHeaders(): Record<string, string> {
  const of = current.getStore()?.spanContext();
  return of ? { traceparent: `00-${of.traceId}-${of.spanId}-0${of.traceFlags}` } : {};
}
