import { wordsOf } from './lib/errors.ts';

/** What the service can be started as: `main.ts serve` unless another command is named. Each one is a file of `commands/`. */
const commands = {
  serve: () => import('./commands/serve.ts'),
  worker: () => import('./commands/worker.ts'),
  migrate: () => import('./commands/migrate.ts'),
  verify: () => import('./commands/verify.ts'),
  'backup-check': () => import('./commands/backup-check.ts'),
  rehearse: () => import('./commands/rehearse.ts'),
  admin: () => import('./commands/admin.ts'),
  secrets: () => import('./commands/secrets.ts'),
};

const [name = 'serve', ...args] = process.argv.slice(2);

try {
  if (!isCommand(name))
    throw new Error(`There is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
  const { run } = await commands[name]();
  await run(args);
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exit(1);
}

function isCommand(word: string): word is keyof typeof commands {
  return Object.hasOwn(commands, word);
}
