import { defineConfig } from 'prisma/config';

// Generating the client needs no database; migrations are applied by server/src/lib/migrate.ts.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
