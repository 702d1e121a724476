// In development and in tests: a thread loads TypeScript only when it asks for that itself.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
