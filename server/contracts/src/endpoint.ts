import type * as z from 'zod/mini';
import type { Permission } from './permissions.ts';

/** One address of the API: both sides parse with it, and the OpenAPI document is made from it. */
export type Endpoint = {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Below /api, with :parameters. */
  path: string;
  tag: string;
  summary: string;
  /** `public`: no caller. `signed-in`: any caller. `session`: a person who signed in, no API key. Or a permission. */
  permission: Permission | 'public' | 'signed-in' | 'session';
  /** Beside the permission it takes a person who signed in. No API key is enough, whatever it was given. */
  person?: true;
  params?: z.ZodMiniObject;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniType;
  /** Takes a file as its body, as it is: its handler reads it. */
  file?: true;
  /** Absent: 204, no body. */
  answer?: z.ZodMiniType;
  status?: 201 | 202;
  /** Changes one version of a record: needs If-Match. */
  guarded?: true;
  /** Takes Idempotency-Key. */
  idempotent?: true;
  /** Takes bodies up to 1 MB. */
  bulk?: true;
  /** Reads or receives so much that it may take longer than a page should. */
  slow?: true;
  /** Not JSON, such as text/event-stream. */
  mediaType?: string;
};

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;
type Input<Schema> = Schema extends z.ZodMiniType ? z.input<Schema> : undefined;

export type ParamsOf<E extends Endpoint> = Output<E['params']>;
export type QueryOf<E extends Endpoint> = Output<E['query']>;
export type BodyOf<E extends Endpoint> = Output<E['body']>;
export type AnswerOf<E extends Endpoint> = Output<E['answer']>;
export type BodyInputOf<E extends Endpoint> = Input<E['body']>;
