import { api } from './as.ts';

export const signIn = (email: unknown, secret: unknown) =>
  api.post('/api/auth/sign-in').send({ email, password: secret });
export const me = (headers: Record<string, string>) => api.get('/api/auth/me').set(headers);

export const cookieOf = (headers: Record<string, unknown>) => {
  const [cookie = ''] = headers['set-cookie'] as string[];
  return { name: cookie.split('=')[0], value: cookie.split(';')[0] ?? '', whole: cookie };
};
